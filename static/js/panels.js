// Check boxes or radios show the fields that depend on them: data-shown-by names the controls' ids, one of which must be checked
// and in sight. Without this file the fields always show.
const panels = [...document.querySelectorAll("[data-shown-by]")].map((panel) => ({
  panel,
  controls: panel.dataset.shownBy.split(" ").map((id) => document.getElementById(id)).filter(Boolean),
}));

const show = () => {
  for (const { panel, controls } of panels) {
    if (controls.length) panel.hidden = !controls.some((control) => control.checked && !control.closest("[hidden]"));
  }
};

document.addEventListener("change", show);
show();

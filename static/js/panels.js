// A check box or radio shows the fields that depend on it: data-shown-by names the control's id. Without this file they always show.
for (const panel of document.querySelectorAll("[data-shown-by]")) {
  const control = document.getElementById(panel.dataset.shownBy);
  if (!control) continue;
  const show = () => {
    panel.hidden = !control.checked;
  };
  const group = control.type === "radio" ? document.getElementsByName(control.name) : [control];
  for (const one of group) one.addEventListener("change", show);
  show();
}

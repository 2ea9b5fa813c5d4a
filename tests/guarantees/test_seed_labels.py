"""The seeds' words on today's pages: for each page the rows of docs/seed-checklist.md and what it must say for each, word for word."""

import pytest
from django.test import Client
from django.urls import reverse

from guarantees import issuing, reviewing
from guarantees.models import Guarantee
from netdesk.models import Mail
from tests import stories
from tests.pages import bare, client_of, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair(contractor, reviewer, approver) -> list[Guarantee]:
    """前払金保証 and 契約保証 of one job, both issued electronically."""
    application = stories.under_review(contractor, reviewer, stories.advance(), stories.performance())
    approved = [
        reviewing.approve(requested=one, by=reviewer, revision=application.revision)
        for one in application.requested.order_by("pk")
    ]
    return [issuing.issue(requested=one, by=approver) for one in approved]


def unsaid(text: str, rows: dict[int, str]) -> dict[int, str]:
    """The rows whose words the text does not hold; widths and spaces are the seeds' own to vary."""
    return {row: label for row, label in rows.items() if bare(label) not in bare(text)}


def said(person, name: str, *arguments, tab: str = "") -> str:
    return words(client_of(person).get(reverse(name, args=arguments), {"tab": tab} if tab else None))


def test_sign_in_page(db):
    rows = {
        22: "Net Desk",
        23: "D-Sure 保証確認サービス",
        34: "ログイン",
    }
    assert unsaid(words(Client().get("/login/")), rows) == {}


def test_top_page_and_its_frame(contractor):
    rows = {
        33: "ようこそ、ネットデスクへ",
        35: "保証契約一覧",
        37: "保証料計算書一覧",
        38: "全体トップへ",
        39: "ログアウト",
        40: "保証申込のヘルプ",
        41: "○○建設 株式会社 様",
        215: "契約保証予約（入札ボンド）",
    }
    assert unsaid(said(contractor, "home"), rows) == {}


HEAD_OF_THE_FORM = {
    31: "1 申込作成 2 申込確認 3 送信完了",
    42: "ご不明な点は申込先の 営業部・支店 までお気軽にお問い合わせください。",
    43: "「請負金額」の説明",
    45: "保証申込 申込の作成（新規）",
    **dict.fromkeys((46, 47, 48, 49), "請負工事の情報 保証の申込内容 入札の状況 その他"),
    50: "保証の申込内容をクリア",
    51: "インフォメーションをクリア",
    52: "入札の状況をクリア",
    53: "工事名 必須",
    54: "前払金保証、契約保証ごとに「電子保証（認証キーを含む）」または「証書（紙）」を選択します。",
    9: "JV名",
    61: "電子保証対応の発注者は こちら です。",
}
ADVANCE = {
    55: "前払金保証を申し込む",
    56: "手続状況 作成中",
    57: "保証契約番号 ―",
    58: "証書（紙） 電子保証（認証キーを含む）",
    59: "保証証書の形式について",
    60: "※電子保証を希望される場合は、発注者が電子保証に対応していることを確認してください。",
    62: "今年度対象額 出来高予定額または支払限度額 円",
    63: "前払金保証金額 必須 円",
    64: "（請負金額もしくは今年度対象額に対する前払金保証金額の割合）",
    65: "預託金融機関（全角） 必須",
    66: "再預託利用区分 必須",
    67: "再預託を利用しない",
    68: "再預託を利用する",
    69: "前払金保証料支払方法 必須",
    70: "一括納付",
    71: "前払金保証料請求先 必須",
    72: "保証料計算書（紙）について 必須",
    73: "※保証料計算書は弊社手続き完了後、保証料計算書一覧メニューからご確認いただけます。 希望する 希望しない",
    74: "当該工事の中間前払金の有無",
    75: "中間前払金とは",
    76: "中間前払金の請求予定",
    11: "預託金融機関",
    212: "前払金保証",
    214: "中間前払金あり",
}
PERFORMANCE = {
    77: "契約保証を申し込む 手続状況 作成中 保証契約番号 ―",
    78: "証書（紙） 電子保証（認証キーを含む）",
    79: "契約保証金額 必須 円",
    80: "（請負金額に対する契約保証金額の割合）",
    81: "契約保証料支払方法 必須 一括納付",
    82: "契約保証料請求先 必須",
    83: "保証料計算書（紙）について 必須",
    213: "契約保証",
}
BIDDING = {
    84: "受注区分 必須 一般競争入札 指名競争入札 随意契約 その他（見積もりあわせ等）",
    85: "落札日 場合により必須 入力例：20191001",
    86: "入札回数 回",
    87: "入札参加者数 社",
    88: "失格者数 社",
    89: "二番札入札者",
    90: "二番札入札金額 千円",
    91: "最高札入札者",
    92: "最高札入札金額 千円",
}
INFORMATION = {
    93: "申込送信先、保証証書受取",
    94: "申込送信先 必須",
    95: "受取方法 場合により必須 送付 当社窓口",
    96: "受取希望日 場合により必須 入力例：20261210 まで",
    97: "来店予定日 場合により必須",
    98: "電子保証発行完了のお知らせ 必須",
    99: "※「希望する」場合、弊社手続き完了後にメールを送信します。",
    100: "メールアドレス 場合により必須",
    101: "保証証書送付先 宛名 場合により必須 〒 場合により必須 住所 場合により必須",
    102: "連絡先 担当部署",
    103: "担当部署",
    104: "役職",
    105: "担当者名",
    106: "連絡先電話番号",
    107: "お客様から弊社への連絡事項",
    108: "弊社からお客様へのお知らせ",
    185: "電子保証発行完了のお知らせ",
}


@pytest.mark.parametrize("rows", [HEAD_OF_THE_FORM, INFORMATION, BIDDING])
def test_form(contractor, rows):
    assert unsaid(said(contractor, "guarantees:application-new"), rows) == {}


def test_form_has_a_block_for_each_product(contractor):
    text = said(contractor, "guarantees:application-new")
    advance, performance = text[text.index("前払金保証を申し込む") :].split("契約保証を申し込む")
    assert unsaid(advance, ADVANCE) == {}
    assert unsaid(f"契約保証を申し込む{performance}", PERFORMANCE) == {}


def test_list(contractor, pair):
    rows = {
        110: "保証契約一覧 手続の進捗状況を",
        111: "手続の進捗状況をまとめて確認できます。詳細ボタンをクリックすることにより、内容を確認できます。",
        112: "検索条件 契約者：○○建設 株式会社 様",
        113: "保証種類 すべての保証",
        114: "期間（始まり）",
        115: "ピンポイント検索 保証契約番号",
        116: "M 検索 条件をクリア",
        **dict.fromkeys((117, 118, 119), "保証申込 電子保証（認証キー） 契約保証予約（入札ボンド）"),
        **dict.fromkeys((120, 121, 122, 123, 124, 125), "No. 保証種類 保証契約番号 発注者名 工事名 請負金額 電子保証"),
        126: f"詳細（{pair[0].number}）",
        127: "全1ページ（2件）中の1ページ目を表示しています",
        225: f"2 前払 {pair[0].number} 平塚市長 道路改良工事 50,000,000円",
    }
    assert unsaid(said(contractor, "guarantees:contract-list", tab="keys"), rows) == {}
    assert unsaid(said(contractor, "guarantees:contract-list"), {128: "電子保証（認証キー）の詳細はこちら"}) == {}


def test_history(contractor, pair):
    advance, _performance = pair
    text = said(contractor, "guarantees:contract", advance.public_id)
    rows = {
        6: "請負契約者 ○○建設 株式会社 様",
        9: "JV名 なし",
        36: "保証契約一覧 電子保証履歴一覧",
        129: "電子保証概要（前払金保証） ※最新の情報を表示しています。",
        130: f"保証契約番号 {advance.number}",
        131: "工事名 道路改良工事",
        132: "発注者名 平塚市長",
        133: "請負金額 50,000,000円",
        134: "保証金額 20,000,000円",
        135: "商品名 前払金保証",
        136: "預託金融機関 ○○銀行 ××支店",
        137: "※発注者にお知らせください。（印刷ボタンをクリックして、PDFデータを発注者に提出することをお奨めします。）",
        139: "認証キー 印刷",
        140: "印刷方法について",
        141: "電子保証情報（履歴情報） ※訂正、変更取消された履歴は表示されません。",
        142: "電子保証発行日時とは、発注者が保証証書を確認するシステム（プラットフォーム）に保証証書が到着した日時のことです。",
        143: "電子保証発行日時 対象",
        **dict.fromkeys((144, 145), "新規 選択"),
        222: "認証キー 印刷",
    }
    assert unsaid(text, rows) == {}


def test_certificate_window(contractor, pair):
    rows = {
        7: "保証契約者",
        8: "被保証者 平塚市長 様",
        13: "取扱箇所 神奈川支店 TEL：045-000-0000 FAX：0120-000-034",
        146: "保証契約内容の確認画面",
        148: "ご覧になっている本画面の情報は、発注者に提出した保証証書と同一です。",
        **dict.fromkeys((165, 166, 167), "印刷 閉じる PDFを表示する 戻る"),
        224: "申込内容と間違いがないかご確認ください。",
    }
    assert unsaid(said(contractor, "guarantees:certificate", pair[0].public_id, 1), rows) == {}


def test_page_of_a_job_says_to_whom_the_notice_is_handed_in(contractor, pair):
    rows = {
        186: "電子メールの件名",
        12: "営業部・支店",
        226: "提出するもの 電子保証にかかる「認証キー」のお知らせ（PDF）",
        227: "平塚市へのご提出",
    }
    assert unsaid(said(contractor, "guarantees:work", pair[0].work.public_id), rows) == {}


@pytest.mark.parametrize(
    ("addressee", "rows"),
    [
        ("長生村長", {198: "その他の必要書類は長生村の指定する方法で提出してください。", 227: "長生村へのご提出"}),
        ("柏市長", {204: "その他の必要書類は柏市の指定する方法で提出してください。", 227: "柏市へのご提出"}),
    ],
)
def test_page_of_a_job_says_how_other_papers_are_handed_in(contractor, reviewer, approver, addressee, rows):
    guarantee = stories.issued(
        contractor, reviewer, approver, stories.advance(), addressee=addressee, is_approved_by_obligee=True
    )
    assert unsaid(said(contractor, "guarantees:work", guarantee.work.public_id), rows) == {}


def test_obligees_are_listed_with_their_conditions_word_for_word(contractor):
    text = said(contractor, "guarantees:obligees")
    rows = {
        61: "電子保証対応の発注者",
        191: "平塚市",
        192: "工事及び工事系コンサル業務で請負金額150万円以上であること",
        193: "令和7年12月1日以降に契約を行う案件であること",
        194: "佐久市",
        195: "佐久市が電子保証の利用を認めた工事・業務委託であること",
        196: "長生村",
        197: "長生村が電子保証の利用を認めた工事・業務委託であること",
        199: "にかほ市",
        200: "にかほ市が2026年2月1日以降に入札公告等をする建設工事・業務委託であること",
        201: "紙の保証証書も従来どおり選択可能",
        202: "柏市",
        203: "柏市が電子保証の利用を認めた工事・業務委託であること",
    }
    assert unsaid(text, rows) == {}
    assert [text.count(rows[row]) for row in (192, 195, 197, 200, 203)] == [1] * 5  # once, not once for each kind


def test_branches(contractor):
    rows = {
        12: "営業部・支店",
        14: "神奈川支店",
        15: "長野支店",
        16: "千葉支店",
        17: "秋田支店",
        18: "9:00~17:00（土日祝日・年末年始除く）",
    }
    assert unsaid(said(contractor, "guarantees:branches"), rows) == {}


GUIDE = {
    "guide-system": {
        1: "お客さま",
        2: "保証会社",
        3: "発注者",
        21: "インターネット保証サービス（Net Desk）",
        24: "D-Sure®（保証確認サービス）",
        28: "お申込み手続き（お客さま）",
        29: "電子証書の発行（保証会社）",
        30: "発行後のお手続き（お客さま）",
        54: "前払金保証、契約保証ごとに「電子保証（認証キーを含む）」を選択します。",
        109: "「希望する」を選択し、メールアドレスを入力します。電子保証の発行手続きが終わりましたら、メールにてお知らせします。",
        187: "電子証書を集中管理し、発注者が閲覧できる仕組みをインターネット上で提供するクラウドサービスです。",
        188: "発注者がD-Sureで電子証書を閲覧するための暗証番号です。",
        189: "従来の紙の保証証書に代わって認証キーを発注者に提出します。",
        216: "これまで書面でご提供していた保証証書について、インターネットを通じて電子的に提供できるように",
        217: "ご利用条件 インターネット保証サービス（Net Desk）が利用できること",
        218: "電子保証の仕組み",
        219: "お手続きの流れ",
        220: "お申し込みはネットデスクからとなります。",
    },
    "guide-key": {
        26: "電子保証の仕組み 次に何をするか 認証キーの取得方法 発注者への提出方法 よくある質問",
        27: "認証キーの取得方法",
    },
    "guide-next": {
        147: "「電子保証」が別ウインドウにて表示されます。",
        221: "メールが届きましたら、ネットデスクにログインします。",
        223: "「電子保証にかかる「認証キー」のお知らせ」（PDF）をダウンロードし保存してください。",
        224: "申込内容と間違いないかご確認ください。",
    },
    "guide-hand-in": {
        10: "（JVの場合は代表者）",
        25: "①電子契約システムへのアップロード",
        32: "次のいずれかの方法で、PDFファイルを提出します。",
        173: "のご提出をもって、前払金請求手続（前払金保証）、又は請負契約締結手続（契約保証）が完了いたします。",
        190: "この「認証キー」を使って、D-Sureで保証契約の内容を確認します。",
        205: "※同じ工事でも、契約保証と前払金保証では、異なる「認証キー」が発行されます。契約時、前払金請求時にそれぞれ提出してください。",
    },
    "guide-questions": {229: "発注案件は、すべて電子保証としないといけないのでしょうか？"},
}


@pytest.mark.parametrize(("name", "rows"), GUIDE.items())
def test_guide(contractor, name, rows):
    assert unsaid(said(contractor, f"guarantees:{name}"), rows) == {}


def test_mail_of_an_issue(contractor, pair):
    mail = Mail.objects.first()
    rows = {184: "電子保証（認証キー）発行完了のお知らせ", 228: "お問い合わせ先 神奈川支店 電話番号"}
    assert unsaid(f"{mail.subject} {mail.body}", rows) == {}

"""Real obligees beside those of the seeds, each with the page that says so (domain.md B2, read at those pages; what they leave open stays empty).

Bodies whose page leaves the kinds of work or the date rule open (糸魚川市, 国東市, 知立市) are not here.
"""

from datetime import date

from guarantees.masters_obligees import (
    ADVANCES,
    EVERY_KIND,
    WORKS_AND_CONSULTING,
    HandInRow,
    ObligeeRow,
    TermsRow,
)
from guarantees.terms import Product, TermsBasis, WorkKind

BY_NUMBER_AND_KEY = HandInRow(
    "保証契約番号と認証キーを提出", "保証証書そのもの（書面、電子メール）の提出では、提出として認められません。"
)

MORE_OBLIGEES = [
    ObligeeRow(
        "01234",
        "北広島市",
        ("北広島市長",),
        "https://www.city.kitahiroshima.hokkaido.jp/hotnews/detail/00149800.html",
        TermsRow(EVERY_KIND, TermsBasis.NOTICE, date(2023, 4, 1), None, "令和5年4月1日以降に入札等を行う工事・委託"),
        (BY_NUMBER_AND_KEY,),
    ),
    ObligeeRow(
        "02202",
        "弘前市",
        ("弘前市長",),
        "https://city.hirosaki.aomori.jp/jouhou/keiyaku/sonota/2026-0116-1320-442.html",
        TermsRow(
            WORKS_AND_CONSULTING,
            TermsBasis.NOTICE,
            date(2024, 4, 1),
            None,
            "令和6年4月1日以降に指名又は公告を行う、契約課の建設工事・コンサル等",
        ),
        (HandInRow("「認証キー」のお知らせ（PDF）を電子メールで提出"),),
    ),
    ObligeeRow(
        "03206",
        "北上市",
        ("北上市長",),
        "https://www.city.kitakami.iwate.jp/life/soshikikarasagasu/zaiseika/keiyakukensa/3_1/5/28510.html",
        TermsRow(
            WORKS_AND_CONSULTING,
            TermsBasis.NOTICE,
            date(2025, 10, 1),
            None,
            "令和7年10月1日以降に入札公告する建設工事・建設関連業務委託",
        ),
        (HandInRow("認証キーを電子メールで送信"),),
    ),
    ObligeeRow(
        "07402",
        "北塩原村",
        ("北塩原村長",),
        "https://www.vill.kitashiobara.fukushima.jp/soshiki/somukikaku/3162.html",
        TermsRow(EVERY_KIND, TermsBasis.NOTICE, date(2023, 10, 1), None, "令和5年10月1日以降に入札等を行う工事・委託"),
        (BY_NUMBER_AND_KEY,),
    ),
    ObligeeRow(
        "17206",
        "加賀市",
        ("加賀市長",),
        "https://www.city.kaga.ishikawa.jp/sangyo_iju/nyusatsu/13103.html",
        TermsRow(EVERY_KIND, TermsBasis.CONTRACT, date(2025, 1, 1), None, "令和7年1月1日以降に契約する工事・委託"),
        (
            HandInRow(
                "契約書を持参する前に、認証キーを電子メールで送信",
                "保証証書のPDFの提出では、提出として認められません。",
            ),
        ),
    ),
    ObligeeRow(
        "21218",
        "本巣市",
        ("本巣市長",),
        "https://www.city.motosu.lg.jp/0000002786.html",
        TermsRow(
            EVERY_KIND, TermsBasis.CONTRACT, date(2023, 11, 1), None, "令和5年11月1日以降に当初契約を行う工事・委託"
        ),
        (
            HandInRow(
                "電子メールで送信",
                "送信後、届いたことを電話で確認してください。",
                subject="【電子保証（前払金）】",
                products=(Product.ADVANCE,),
            ),
            HandInRow(
                "電子メールで送信",
                "送信後、届いたことを電話で確認してください。",
                subject="【電子保証（中間前払金）】",
                products=(Product.INTERIM,),
            ),
            HandInRow(
                "電子メールで送信",
                "送信後、届いたことを電話で確認してください。",
                subject="【電子保証（契約）】",
                products=(Product.PERFORMANCE,),
            ),
        ),
    ),
    ObligeeRow(
        "28207",
        "伊丹市",
        ("伊丹市長",),
        "http://www.city.itami.lg.jp/SOSIKI/SOMU/KEIYAKU/KEIYAKU/38473.html",
        TermsRow(EVERY_KIND, TermsBasis.CONTRACT, date(2024, 4, 1), None, "令和6年4月1日以降に伊丹市が契約する案件"),
        (HandInRow("「認証キー」のお知らせ（PDF）を電子メールに添付して送信"),),
    ),
    ObligeeRow(
        "28226",
        "淡路市",
        ("淡路市長",),
        "https://www.city.awaji.lg.jp/soshiki/nyusatsu/50293.html",
        TermsRow(EVERY_KIND, TermsBasis.CONTRACT, date(2025, 4, 1), None, "令和7年4月1日以降に契約する工事・委託"),
        (BY_NUMBER_AND_KEY,),
    ),
    ObligeeRow(
        "34215",
        "江田島市",
        ("江田島市長",),
        "https://www.city.etajima.hiroshima.jp/cms/articles/show/10355",
        TermsRow(
            WORKS_AND_CONSULTING,
            TermsBasis.CONTRACT,
            date(2024, 11, 1),
            None,
            "令和6年11月1日以降に契約する建設工事・コンサル等",
        ),
        (
            HandInRow(
                "電子メール、FAX又は書面で提出", "前払金請求書は、書面で提出してください。", is_print_accepted=True
            ),
        ),
    ),
    ObligeeRow(
        "35208",
        "岩国市",
        ("岩国市長",),
        "https://www.city.iwakuni.lg.jp/soshiki/6/92605.html",
        TermsRow(
            WORKS_AND_CONSULTING,
            TermsBasis.CONTRACT,
            date(2024, 3, 1),
            None,
            "令和6年3月1日以降に契約する工事・工事に係る業務委託",
        ),
        (
            HandInRow("電子メール又はFAXで提出", address="工事担当課", products=ADVANCES),
            HandInRow("電子メール又はFAXで提出", address="契約監理課", products=(Product.PERFORMANCE,)),
        ),
    ),
    ObligeeRow(
        "35211",
        "長門市",
        ("長門市長",),
        "https://www.city.nagato.yamaguchi.jp/soshiki/58/50609.html",
        TermsRow(
            (WorkKind.WORKS,),
            TermsBasis.PLAN,
            date(2024, 1, 1),
            None,
            "令和6年1月1日以降に契約予定工事の通知を行う工事（それより前の工事の変更契約は対象外）",
        ),
        (HandInRow("電子メール又は書面で提出", is_print_accepted=True),),
    ),
    ObligeeRow(
        "38201",
        "松山市",
        ("松山市長",),
        "https://www.city.matsuyama.ehime.jp/shisei/denshinyusatsu/kouji/oshirase/r06denshihosyou.html",
        TermsRow(
            EVERY_KIND, TermsBasis.CONTRACT, date(2024, 4, 1), None, "令和6年4月1日以降に新規に契約する工事・委託"
        ),
        (HandInRow("えひめ電子申請システムで「認証キー」のお知らせ（PDF）を提出"),),
    ),
    ObligeeRow(
        "40000",
        "福岡県",
        ("福岡県知事",),
        "https://www.pref.fukuoka.lg.jp/contents/denshihosyo.html",
        TermsRow(
            WORKS_AND_CONSULTING,
            TermsBasis.CONTRACT,
            date(2025, 1, 1),
            None,
            "令和7年1月1日以降に契約を締結する建設工事・関連業務",
        ),
        (HandInRow(),),
    ),
    ObligeeRow(
        "42211",
        "五島市",
        ("五島市長",),
        "https://www.city.goto.nagasaki.jp/s011/030/020/010/202601/20190514144818.html",
        TermsRow(
            WORKS_AND_CONSULTING,
            TermsBasis.CONTRACT,
            date(2026, 1, 1),
            None,
            "令和8年1月1日以降に契約を締結する建設工事・建設関連業務委託",
        ),
        (
            HandInRow(
                "保証契約番号と認証キーを電子メールで提出", "電子メールの件名は、五島市の指定するものとしてください。"
            ),
        ),
    ),
    ObligeeRow(
        "42214",
        "南島原市",
        ("南島原市長",),
        "https://www.city.minamishimabara.lg.jp/kiji00311920/index.html",
        TermsRow(
            EVERY_KIND, TermsBasis.CONTRACT, date(2025, 6, 1), None, "令和7年6月1日以降に契約を締結する工事・委託"
        ),
        (
            HandInRow(
                "印刷した「認証キー」のお知らせを提出",
                "保証証書の確認画面を印刷したものも、合わせて提出してください。",
                is_print_accepted=True,
            ),
        ),
    ),
    ObligeeRow(
        "43204",
        "荒尾市",
        ("荒尾市長",),
        "https://www.city.arao.lg.jp/shisei/nyusatsu/keiyakukankei/8532.html",
        TermsRow(
            WORKS_AND_CONSULTING, TermsBasis.CONTRACT, date(2024, 5, 1), None, "令和6年5月以降に契約する工事・コンサル"
        ),
        (HandInRow("印刷した「認証キー」のお知らせを持参", is_print_accepted=True),),
    ),
    ObligeeRow(
        "45203",
        "延岡市",
        ("延岡市長",),
        "https://www.city.nobeoka.miyazaki.jp/soshiki/12/45909.html",
        TermsRow(
            WORKS_AND_CONSULTING,
            TermsBasis.CONTRACT,
            date(2026, 1, 1),
            None,
            "令和8年1月1日以後に締結する建設工事・建設コンサルタント等の契約",
        ),
        (
            HandInRow(
                "「認証キー」（PDF）を電子メールに添付して送信",
                "電子保証書を印刷したものは提出できません。",
                "契約を締結した担当課室の代表メールアドレス",
                "電子保証認証キー：（工事名または業務委託名）",
                is_print_accepted=False,
            ),
        ),
    ),
]

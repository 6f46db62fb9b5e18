"""The letters of languages from frequent to rare, and the encodings that people of these languages write."""

from __future__ import annotations

LETTERS = {
    "de": "enirstadhulgocmbfkwzpvüäöjyxqß",
    "fr": "easnitrluodcpmévgfbhqàxèyjkzwïîçôâêûüëæœùÿ",
    "es": "eaonsrildtcumpbgvfyóhqíjzáékwñúxü",
    "pt": "aeosirdntmuclpgvbfhãqéçázíkêjyówxúâôõà",
    "it": "eiaonltrscdupmgvfbzhqèàkyòwjxéìù",
    "nl": "enairtodslghvmukcpbwjzfyxëïqöéü",
    "sv": "eanrtsildomkgvhfupäcböåyjxzwqé",
    "da": "erntaisdlogmkfvubhpåyøæcjwzqxé",
    "fi": "aintesloukämrvjhpydögcbfwzxqå",
    "is": "askrneíltimugdobúóvpjhfðyácæöýþéwxzq",
    "ca": "aienrlsotucdmgbpàhkèfvíyxjwzòqóúçüéï",
    "cs": "oeantsilvrkdumpíchzáyjběéřšgýfčžwúóňxůďqť",
    "pl": "aioenrzwsctkydpmuljłgbhąęóńfżśvqźxć",
    "hu": "eatlsnkriozáégmbyvdhupjöfcóíwúüxőqű",
    "sk": "oaenirvtslkdmpuchjbzáyýíčégšfžwóúľxňäqďťĺôŕ",
    "ro": "eiarntulocsdpmăfvîgbşţzhâjkywxq",
    "hr": "aioenrjstuklvdmpgzbcčhšžćfywxđq",
    "sl": "eaionrsltjvkdpmuzbghčcšžfywqx",
    "tr": "aeinrlıkdtsmyuobüşvgzhcpçğfjwöqxâî",
    "lt": "iasoretnukmlpvdjgėbyųšžcąįzfčhūwxqę",
    "lv": "aiusnreolktmdājvbgpšzīfchēņžčūļķģx",
    "et": "aiestlunokrdmvgpjhäbõüfcöyšžzwqx",
    "vi": "anitgh\u0301êcreoulmsbkôdpđyư\u0303\u0300\u0309vâwzf\u0323áqàjơxăíóúéù",
    "ru": "оеаинтсрвлкмдпугяызбйьчхжцфшюэщёъ",
    "uk": "оаніирвтесклудмпзяьбгйчхцїфжшєющґ",
    "bg": "аиоентрсвлкдпмзгяъубчцйжщхфшюь",
    "sr": "аиоенрсуткјвдмплгзбцшчфхџжњљћђ",
    "be": "анксірялетдыумогвбпэйзўьцфхчшжёю",
    "el": "ατοιενρσκηπςυμλίόάγέδήωχθύβζφϊώξψΐϋΰ",
    "he": "יוהלרבתמאשנעםדקחפסכגטצןזךףץ",
    "ar": "اليمونرتبةعدسفهكقأحجشطصىخإغزئثآذضء\u064f\u0651ؤ\u064e\u0652ظ",
    "fa": "اردنهومتبسلکشزفگعخقجآپحطصئچغژذ\u064f\u0650ثض",
    "th": "านรอกเงมยลวดทสตะปบคหแจพชขใี\u0e34ิ์โัซูฟุ่ไฮ้็ณืธษศถฐญฤภฝฉ๊ฏฑำึ๋ฎฬ",
}
"""Alphabets in the order of how often running text and names of places hold each letter."""

RARITY = {"is": -2.5, "ca": -1.5, "it": -0.3, "pt": -0.3, "nl": -0.5, "sv": -0.5, "fi": -0.5, "da": -0.7, "sk": -0.5,
          "ro": -0.5, "hr": -0.7, "sl": -0.7, "et": -0.3, "bg": -1.0, "sr": -1.5, "be": -1.5}  # fmt: skip
"""How much rarer tables in a language are than in the commonest one of its encoding (natural logarithms, guesses)."""

_WESTERN = ("de", "fr", "es", "pt", "it", "nl", "sv", "da", "fi", "is", "ca")
_CENTRAL = ("cs", "pl", "hu", "sk", "ro", "hr", "sl")
_CYRILLIC = ("ru", "uk", "bg", "sr", "be")

SINGLE_BYTE: dict[str, tuple[float, tuple[str, ...]]] = {
    "cp1252": (0.0, _WESTERN),
    "cp1250": (-1.0, (*_CENTRAL, "de")),
    "cp1251": (-1.0, _CYRILLIC),
    "cp1253": (-1.5, ("el",)),
    "cp1254": (-1.5, ("tr",)),
    "cp1255": (-1.5, ("he",)),
    "cp1256": (-1.5, ("ar", "fa")),
    "cp1257": (-2.0, ("lt", "lv", "et")),
    "cp1258": (-2.5, ("vi",)),
    "cp874": (-2.0, ("th",)),
    "iso8859_15": (-2.0, _WESTERN),
    "iso8859_2": (-2.0, _CENTRAL),
    "iso8859_7": (-2.0, ("el",)),
    "mac_roman": (-2.5, _WESTERN),
    "cp850": (-2.5, _WESTERN),
    "cp852": (-3.0, _CENTRAL),
    "koi8_r": (-2.0, ("ru",)),
    "koi8_u": (-3.0, ("uk",)),
    "cp866": (-2.0, ("ru", "uk", "be", "bg")),
    "iso8859_5": (-3.0, _CYRILLIC),
    "mac_cyrillic": (-3.0, _CYRILLIC),
    "mac_latin2": (-6.0, _CENTRAL),
}
"""Encodings of one byte a letter: how much rarer they are than Windows-1252 (natural logarithms, guesses), and the
languages they were made for."""

_SIMPLIFIED = (
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所"
    "然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心本前开但因只从想实日月名称编号类型数"
    "量价格金额单位区省市县性别男女间期状态城北京南西东海广州深江山河湖语文亚尔拉克斯利马巴"
)
_TRADITIONAL = (
    "的一是不了在人有我他這個們中來上大為和國地到以說時要就出會可也你對生能而子那得於著下自之年過發後作裡用道行所"
    "然家種事成方多經麼去法學如都同現當沒動面起看定天分還進好小部其些主樣理心本前開但因只從想實日月名稱編號類型數"
    "量價格金額單位區省市縣性別男女間期狀態城臺灣台北高雄南西東新竹文亞爾拉克斯利馬巴里語"
)
_KANJI = (
    "日一人年大十二本中長出三時行見月分後前生五間上東四今金九入学高円子外八六下来気小七山話女北午百書先名川千水半"
    "男西電校語土木聞食車何南万毎白天母火右読友左休父雨都道府県市区町村番号価格数量種類住所氏性別地域国部字島"
)
_HANGUL = (
    "이다에의는로하을가고지서한은기으년대사시를리도인스일어아자르라문나크니카바마트루프드비타부코티페레키랑브우파"
    "오세모제소미메러네국쿠그남투베달와란유수피탄보노중토웨위체말구월슬야동알북안과즈단운신화정주성별명전금산간상"
    "장군원경강울천공"
)

MULTI_BYTE: dict[str, tuple[float, str]] = {
    "gb18030": (-1.0, _SIMPLIFIED),
    "big5": (-1.0, _TRADITIONAL),
    "cp932": (-1.0, _KANJI),
    "euc_jp": (-2.5, _KANJI),
    "cp949": (-1.0, _HANGUL),
}
"""Encodings of two bytes a sign, and signs that nearly every text of their language holds."""

TITLES = {
    "cp1252": "Windows-1252 (Western European)",
    "latin_1": "Latin-1 (Western European)",
    "cp1250": "Windows-1250 (Central European)",
    "cp1251": "Windows-1251 (Cyrillic)",
    "cp1253": "Windows-1253 (Greek)",
    "cp1254": "Windows-1254 (Turkish)",
    "cp1255": "Windows-1255 (Hebrew)",
    "cp1256": "Windows-1256 (Arabic)",
    "cp1257": "Windows-1257 (Baltic)",
    "cp1258": "Windows-1258 (Vietnamese)",
    "cp874": "Windows-874 (Thai)",
    "iso8859_2": "ISO 8859-2 (Central European)",
    "iso8859_5": "ISO 8859-5 (Cyrillic)",
    "iso8859_7": "ISO 8859-7 (Greek)",
    "iso8859_15": "ISO 8859-15 (Western European)",
    "mac_roman": "Mac Roman",
    "mac_latin2": "Mac Central European",
    "mac_cyrillic": "Mac Cyrillic",
    "cp850": "DOS 850 (Western European)",
    "cp852": "DOS 852 (Central European)",
    "cp866": "DOS 866 (Cyrillic)",
    "koi8_r": "KOI8-R (Russian)",
    "koi8_u": "KOI8-U (Ukrainian)",
    "gb18030": "GB 18030 (simplified Chinese)",
    "big5": "Big5 (traditional Chinese)",
    "cp932": "Shift-JIS (Japanese)",
    "euc_jp": "EUC-JP (Japanese)",
    "cp949": "EUC-KR (Korean)",
}
"""What a person calls an encoding."""

"""Names of persons where the form gives them away: beside a number, or before what the person does.

Surnames: the 150 most frequent of the Chinese population register's published list, and
the usual two-character ones.
"""

# ruff: noqa: E501 - a pattern broken in the middle is harder to read than a long one
from __future__ import annotations

import re

_SURNAME = (
    "(?:欧阳|司马|上官|诸葛|司徒|东方|皇甫|尉迟|公孙|慕容|令狐|夏侯|端木|宇文|长孙"
    "|[王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方"
    "白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝])"
)
_NOT_NAME = (
    "(?:高铁|高速|高兴|高级|方便|方式|方法|时间|时候|时刻|周日|周一|周二|周三|周四|周五|周六|周末|周年|金额|金牌|和平|和谁|向他|向她|全部|全家|全国|全队|全是|成功|成都|明天|明早|明晚"
    "|安全|安心|安排|任何|万一|马上|何时|何必|文件|文化|史上|江边|石头|白天|白色|黄色|黄牛|田里|林区|车主|车票|车次|车牌|单号|单位|解放|解决|游客|管理|管家|路上|路人|包括|包含|关注|关于|关系|连夜|应该"
    "|查到|查人|查询|简历|项目|商家|商场|师傅|师父|司机|司法|党员|席位|费用|边上|迟到|温馨|阳台|阳性|阳光|左右|成员|游戏|柜台|尚未|包间|华为|边境|房东|房租|房子|房间|房号|车厢|车上|晏子|应聘|许可|易拉|张嘴|程序|陆续|任务"
    "|于是|别打|别说|但是|还有|曾经|施工|姓名|余额|毕业|符合|盛大|荣誉|祝我|祝大|祝你|宁愿|温度|古代|冷知|农村|景区|宗教|谢谢|有人|明显|明星|全新|后天|今晚|项下)"
)
_NOUN = r"(?:的|家)?(?:私人|个人|真实|最新|现在的?|家庭)?(?:手机号?码?|电话号?码?|号码?|身份证号?码?|证号|证件号?|住址|地址|护照号?|航班|行程|卡号?|银行卡|邮箱|微信号?|QQ号?|qq号?|车牌号?|房号|座位|机票|联系方式)"
_DOES = (
    r"(?:就|已经|本人|一家|全家|今天|今晚|今早|明天|明早|明晚|后天|周[一二三四五六日末]晚?|[0-9]{1,2}[号日]|下周.?|现在|也|刚){0,3}"
    r"(?:住|入住|下榻|坐|乘|飞|搭|搬到|家住|家在|在家|回程|落地|到达|抵达|的航班|订了|化名|回老家|租|的车|收)"
)
# What a name begins with is asked first: few places pass, and the words that are none are many.
NAME_ZH = re.compile(
    rf"(?<![\u4e00-\u9fff])(?={_SURNAME})(?!{_NOT_NAME})({_SURNAME}[\u4e00-\u9fff]{{1,2}}?)(?={_NOUN}|{_DOES}|[ ，,、：:(（\u3000]{{1,2}}(?:[0-9＋+A-Z身电手号住]|{_SURNAME}))"
    rf"|(?<=[叫是：:来了查出给到找把被跟\]】的歌手员星师])(?={_SURNAME})(?!{_NOT_NAME})({_SURNAME}[\u4e00-\u9fff]{{1,2}}?)(?={_NOUN}|{_DOES}|家|[，, ：:]{{1,2}}[0-9A-Z身电手住\u4e00-\u9fff])"
)
"""A Chinese name beside the data, before a noun for it, or before what one does on a journey or at home."""

_GIVEN_EN = r"[A-Z][a-zà-ÿ'’-]{1,15}"
_NOT_EN = (
    r"(?:I|We|You|Our|My|Your|The|This|That|It|If|In|On|At|For|From|To|And|But|Or|Call|Text|Phone|Ring|New|Lost|Sold|Selling|Send|Write|Flight|Hotel"
    r"|Room|Room|Party|Band|Order|Orders|Table|School|Police|Council|Embassy|Constituency|Office|Clinic|Gym|Taxi|Minicab|Missing|Please|Timetable|Official|Confirmed"
    r"|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Spotted|Landed|Landing|Boarding|Just|Who|What|When|Where|Why|How|Here|There|No|Yes|Not|All|Any|So|Also|Public|Open|Free|Dr|Mr|Mrs|Ms|Leaked|Doxxed|Got|Is|Are|Was|Corner|Surgery|Women|US|UK|EU)"
)
NAME_EN = re.compile(
    rf"\b(?=[A-Z])(?!{_NOT_EN}\b)({_GIVEN_EN} {_GIVEN_EN}|{_GIVEN_EN})(?=['’]s (?:private |personal |home |new |real |direct |cell|mobile|phone|number|address|email|passport|house|room|flight|team|card|kid)"
    r"| (?:lives|lived|stays|is staying|is booked|was booked|has booked|is on|is in|is at|lands|flies|flew|arrives|sleeps|moved|rents|checked|owes|plus|and (?:his|her)|works|boards|will be)\b"
    r"|(?: from [\w ]{2,20})? (?:lands|flies|lives)\b|[,:;]? ?\(?\+?[0-9]|: [a-zA-Z0-9._]+@|, (?:[a-z]+ )?(?:social|SSN|national|mobile|cell|phone|number|tel|home|ID|aged|address))"
    rf"|(?<=[:,] )(?!{_NOT_EN}\b)({_GIVEN_EN} {_GIVEN_EN})(?=[,.:])"
)
"""An English name beside the data or before what shows that it is a person's."""

_PLACE = "(?:Street|Road|Lane|Ave|Avenue|Close|Drive|Terrace|Square|Court|Inn|Hotel|Hostel|Ltd|Inc|Repair|Office|Bank|Council|University|Hospital|School|Station|Airport|Park|Airlines|Airways|Islands?|Line|Primary|Shoe|Plumbing|Street|Club|Centre|Center|Bay|Beach|Hill|Mill|Market|Kingdom|States)"
FULL_NAME_EN = re.compile(
    rf"\b(?=[A-Z])(?!{_NOT_EN}\b)((?!(?:Port|San|Los|New|Saint|St|North|South|East|West|Lake|Mount|City|Great|Old|Fort|Grand|The)\b){_GIVEN_EN} (?!{_NOT_EN}\b|{_PLACE}\b){_GIVEN_EN})\b(?! {_PLACE}\b)"
)
"""Two capital words side by side that are not a place or a firm: perhaps a person."""

FULL_NAME_ZH = re.compile(
    rf"(?<![\u4e00-\u9fff])(?:谁要|给|找|堵|查|扒|这是|就是|←)?(?={_SURNAME})(?!{_NOT_NAME})({_SURNAME}[\u4e00-\u9fff]{{2}})(?=的号|的手机|的电话|的家|以为|就在|在家|现在|周[一二三四五六日]|明[早晚天]|今[早晚天]|后天|[0-9]{{1,2}}号|本人|家|她|他|[，,：:←])"
)
"""Three characters at the head of a clause that look like a name: perhaps a person."""

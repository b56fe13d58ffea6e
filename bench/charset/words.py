"""Words and lines to read, from Debian's packages: run as a program, this prints their names.

Each source is {text: weight}: what is written, and how often.
"""

import collections
import gettext
import itertools
import re
import subprocess
from pathlib import Path

JIEBA = Path("/usr/lib/python3/dist-packages/jieba/dict.txt")
WORD_LISTS = Path("/usr/share/dict")
HUNSPELL = Path("/usr/share/hunspell")
CATALOGUES = Path("/usr/share/locale")

# Language: the package that has its words, and their name there. Word lists (w…) have all inflected
# forms of a word, spelling dictionaries mostly one.
LANGUAGES = {
    "Arabic": ("hunspell-ar", "ar"),
    "Armenian": ("aspell-hy", "hy"),
    "Belarusian": ("hunspell-be", "be_BY"),
    "Breton": ("hunspell-br", "br_FR"),
    "Bulgarian": ("wbulgarian", "bulgarian"),
    "Catalan": ("wcatalan", "catalan"),
    "Croatian": ("hunspell-hr", "hr_HR"),
    "Czech": ("hunspell-cs", "cs_CZ"),
    "Danish": ("wdanish", "danish"),
    "Dutch": ("wdutch", "dutch"),
    "Faroese": ("wfaroese", "faroese"),
    "French": ("wfrench", "french"),
    "German": ("wngerman", "ngerman"),
    "Greek": ("hunspell-el", "el_GR"),
    "Guarani": ("hunspell-gug", "gug_PY"),
    "Hebrew": ("hunspell-he", "he_IL"),
    "Hungarian": ("hunspell-hu", "hu_HU"),
    "Icelandic": ("hunspell-is", "is_IS"),
    "Irish": ("wirish", "irish"),
    "Italian": ("witalian", "italian"),
    "Kazakh": ("hunspell-kk", "kk_KZ"),
    "Kurdish": ("hunspell-kmr", "kmr_Latn"),
    "Latvian": ("hunspell-lv", "lv_LV"),
    "Lithuanian": ("hunspell-lt", "lt_LT"),
    "Mongolian": ("hunspell-mn", "mn_MN"),
    "Norwegian": ("wnorwegian", "bokmaal"),
    "Occitan": ("hunspell-oc", "oc_FR"),
    "Persian": ("aspell-fa", "fa"),
    "Polish": ("wpolish", "polish"),
    "Portuguese": ("wportuguese", "portuguese"),
    "Romanian": ("hunspell-ro", "ro_RO"),
    "Russian": ("hunspell-ru", "ru_RU"),
    "Serbian": ("hunspell-sr", "sr_RS"),
    "Slovak": ("hunspell-sk", "sk_SK"),
    "Slovene": ("hunspell-sl", "sl_SI"),
    "Spanish": ("wspanish", "spanish"),
    "Swedish": ("wswedish", "swedish"),
    "Turkish": ("hunspell-tr", "tr_TR"),
    "Ukrainian": ("wukrainian", "ukrainian"),
    "Uzbek": ("hunspell-uz", "uz_UZ"),
    "Vietnamese": ("hunspell-vi", "vi_VN"),
    "Welsh": ("aspell-cy", "cy"),
}
# Besides the words.
PACKAGES = ("python3-jieba", "iso-codes", "aspell")

# What devices say.
DEVICE_WORDS = (
    "停止 启动 系统 状态 正常 异常 报警 故障 温度 湿度 压力 流量 液位 电压 电流 功率 频率 转速 校准 缺纸 欠压 "
    "过压 过流 过热 短路 断路 开门 关门 上电 断电 复位 重启 待机 运行 暂停 完成 失败 成功 超时 离线 在线 连接 断开 "
    "登录 退出 刷卡 扫描 打印 称重 去皮 归零 超重 欠重 合格 不合格 库存 入库 出库 条码 编号 时间 日期 开始 结束 错误 "
    "警告 提示 确认 取消 返回 设置 参数 模式 手动 自动 远程 本地 前进 后退 上升 下降 左转 右转 加速 减速 急停 开机 "
    "关机 充电 放电 电量 电池 信号 无信号 通道 端口 地址 波特率 校验 数据 上传 下载 更新 升级 版本 测试 测量 采样 "
    "存储 满 空 高 低 泵 阀 阀门 电机 水泵 风机 空调 照明 烟雾 火警 漏水 泄漏 门禁 车牌 车位 电梯 楼层 水位 油位 "
    "雨量 风速 风向 气压 酸碱 浊度 余氯 消毒 清洗 更换 滤芯 维护 保养 检修 值班 交接 签到 考勤 叫号 排队 窗口 支付 "
    "收款 退款 余额 小票 发票 称号 毛重 净重 皮重 单价 总价 数量 件数 箱号 托盘 货架 工位 工单 工序 良品 次品 报废 "
    "送料 缺料 换料 主轴 刀具 夹具 原点 限位 超程 伺服 气缸 真空 吸嘴 贴片 回流 焊接 点胶 涂布 切割 打标 检测 相机"
).split()
# Used after a number.
MEASURE_WORDS = (
    "个 台 路 元 号 次 度 米 秒 分 时 天 年 月 日 件 箱 包 袋 瓶 吨 克 斤 升 层 楼 组 套 只 条 张 页 行 列 位 名 人 辆 "
    "站 区 段 级 档 伏 安 瓦 赫兹 千瓦 毫米 厘米 公里 公斤 分钟 小时 摄氏度 百分点"
).split()
NUMBERS = ("0", "1", "3", "5", "12", "36.5", "100", "2024")


def is_hanzi(text):
    return all("\u4e00" <= each <= "\u9fff" for each in text)


def chinese(least, most):
    """Words of `least` to `most` hanzi, all in GBK, by how often they are written."""
    words = {}
    for line in JIEBA.read_text(encoding="utf-8").splitlines():
        word, count, *_ = line.split(" ")
        if least <= len(word) <= most and is_hanzi(word) and is_in(word, "gbk"):
            words[word] = int(count)
    return words


def numbers_with_measure_words():
    return {number + word: 1 for number, word in itertools.product(NUMBERS, MEASURE_WORDS)}


def is_in(text, charset):
    try:
        text.encode(charset)
    except UnicodeEncodeError:
        return False
    return True


# The most words of a language; if it has more, they are chosen evenly.
MOST_WORDS = 100_000


def decoded(data, charset):
    """UTF-8 where it is that, whatever the file says."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode(charset, "replace")


def words_of(language):
    package, name = LANGUAGES[language]
    if package.startswith("w"):
        lines = decoded((WORD_LISTS / name).read_bytes(), "latin-1").splitlines()
    elif package.startswith("hunspell"):
        affixes = (HUNSPELL / f"{name}.aff").read_bytes()
        charset = re.search(rb"^(?:\xef\xbb\xbf)?SET\s+(\S+)", affixes, re.MULTILINE)
        text = decoded((HUNSPELL / f"{name}.dic").read_bytes(),
                       charset[1].decode() if charset else "latin-1")
        lines = [line.partition("/")[0].partition("\t")[0] for line in text.splitlines()[1:]]
    else:
        lines = subprocess.run(["aspell", "-l", name, "--encoding=utf-8", "dump", "master"],
                               check=True, capture_output=True, text=True).stdout.splitlines()
        lines = [line.partition("/")[0] for line in lines]
    words = sorted({word.strip() for word in lines if word.strip() and "\ufffd" not in word})
    return dict.fromkeys(words[::len(words) // MOST_WORDS + 1], 1)


def has_letters_of_two_bytes(text):
    """Two-byte letters, and none longer."""
    return not text.isascii() and all(each < "\u0800" for each in text)


def in_all_cases(words):
    forms = {}
    for word in words:
        for form in (word, word.capitalize(), word.upper()):
            forms[form] = 1
    return forms


def catalogue_lines():
    """{language: lines} of the message catalogues that are installed."""
    lines = collections.defaultdict(dict)
    for path in sorted(CATALOGUES.glob("*/LC_MESSAGES/*.mo")):
        language = path.parts[len(CATALOGUES.parts)].partition("_")[0].partition("@")[0]
        try:
            with path.open("rb") as file:
                catalogue = gettext.GNUTranslations(file)
        except (OSError, UnicodeDecodeError, ValueError, LookupError):
            continue
        # pylint: disable=protected-access
        for key, text in catalogue._catalog.items():
            if key and isinstance(text, str):
                lines[language].update((line, 1) for line in text.splitlines() if line.strip())
    return lines


if __name__ == "__main__":
    print("\n".join(sorted({*PACKAGES, *(package for package, _ in LANGUAGES.values())})))

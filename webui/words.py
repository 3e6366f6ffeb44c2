"""Every word that the pages show, in Chinese and English side by side."""

import streamlit as st

LANGUAGES = ("中文", "English")  # in the order of the pairs below

WORDS = {
    # navigation and sidebar
    "title": ("GLM 聊天助手", "GLM Chat"),
    "chat_page": ("聊天", "Chat"),
    "models_page": ("模型", "Models"),
    "new_conversation": ("新对话", "New conversation"),
    "language": ("界面语言 / Language", "Language / 界面语言"),
    "settings": ("设置", "Settings"),
    "settings_note": ("改动从下一个回答起生效。", "Changes apply from the next answer."),
    "system_prompt": ("系统提示词", "System prompt"),
    "system_prompt_placeholder": ("例如：你是一名耐心的老师。", "For example: You are a patient teacher."),
    "system_prompt_help": (
        "写给模型的要求，例如它扮演什么角色、用什么语气回答。留空则不提要求。",
        "What you ask of the model in general, such as its role and its tone. May stay empty.",
    ),
    "max_tokens": ("最大回答长度", "Longest answer"),
    "max_tokens_help": (
        "一个回答最多有多少个词元（一个词元约为一两个汉字）；到了上限，回答会被截断。",
        "The most tokens an answer may have (a token is about a short word); a longer answer is cut off.",
    ),
    "temperature": ("温度", "Temperature"),
    "temperature_help": (
        "越低，回答越稳重、越容易重现；越高，回答越多样、越出人意料。",
        "Low is careful and repeatable, high is varied and surprising.",
    ),
    "top_k": ("候选词数量（top-k）", "Candidates (top-k)"),
    "top_k_help": (
        "每一步只从最可能的这么多个词元中挑选；设为 1 时，同样的问题总得到同样的回答。",
        "Each step picks among this many of the likeliest tokens; with 1, the same question always gets "
        "the same answer.",
    ),
    "top_p": ("候选词范围（top-p）", "Share of candidates (top-p)"),
    "top_p_help": (
        "每一步只考虑概率合计达到这一比例的词元；越小，用词越保守。",
        "Each step considers only the tokens that together hold this share of the probability; "
        "smaller is more conservative.",
    ),
    # chat
    "welcome": ("你好，想聊点什么？", "Hello, what would you like to talk about?"),
    "welcome_note": (
        "模型就在这台机器上运行，对话不会离开它。",
        "The model runs on this very machine; what you say never leaves it.",
    ),
    "suggestion_1": ("请介绍一下上海", "Tell me about Shanghai"),
    "suggestion_2": ("什么是 OpenVINO？", "What is OpenVINO?"),
    "suggestion_3": ("KV 缓存有什么用？", "What is a KV cache good for?"),
    "suggestion_4": ("你能做什么？", "What can you do?"),
    "ask": ("输入你的问题，按 Enter 发送", "Type your question, press Enter to send"),
    "thinking": ("正在思考…", "Thinking…"),
    "stop": ("停止回答", "Stop answering"),
    # under an answer
    "tokens": ("{count} 个词元", "{count} tokens"),
    "speed": ("{speed:.1f} 词元/秒", "{speed:.1f} tokens/s"),
    "first_token": ("首词元 {seconds:.2f} 秒", "first token after {seconds:.2f} s"),
    "stopped": ("已停止", "Stopped"),
    "cut": ("已达最大回答长度，回答被截断", "Cut off at the longest answer allowed"),
    "dropped": (
        "对话太长，模型没有看到最早的 {count} 轮",
        "The conversation is long: the model did not see its {count} oldest rounds",
    ),
    # what can go wrong
    "too_long": (
        "这个问题太长，模型一次读不完。请缩短问题或系统提示词后再试。",
        "This question is too long for the model to read. Shorten it, or the system prompt, and try again.",
    ),
    "bad_setting": ("有一项设置不可用。", "One of the settings cannot be used."),
    "failed": ("回答时出了问题，请再试一次。", "Something went wrong while answering. Please try again."),
    "bad_folder": ("无法载入模型", "The model could not be loaded"),
    "bad_folder_advice": (
        "请检查 `--model` 指向的文件夹是否是完整的 OpenVINO 模型，修好后点「重试」；"
        "也可以停止程序，换一个文件夹重新启动（不写 `--model` 就使用自带的演示模型）：",
        "Check that the folder given by `--model` holds a complete OpenVINO model, mend it and press "
        "“Try again”; or stop the program and start it with another folder (without `--model` it uses the "
        "bundled demonstration model):",
    ),
    "try_again": ("重试", "Try again"),
    "bad_options": ("启动参数有误", "The program was started with a wrong option"),
    "bad_options_advice": (
        "请停止程序，用下面的形式重新启动（方括号中的部分可以省略）：",
        "Stop the program and start it again in this form (the parts in brackets may be left out):",
    ),
    # loading
    "loading": ("正在载入模型 {name}", "Loading the model {name}"),
    "stage_read": ("读取模型文件…", "Reading the model's files…"),
    "stage_compile": ("为 {device} 编译模型…", "Compiling the model for {device}…"),
    "stage_warm-up": ("预热，让第一个回答不用等…", "Warming up, so that the first answer need not wait…"),
    "stage_ready": ("准备就绪", "Ready"),
    # models page
    "running_model": ("正在运行", "Running now"),
    "model_name": ("名称", "Name"),
    "model_folder": ("文件夹", "Folder"),
    "model_size": ("权重大小", "Size of the weights"),
    "model_context": ("上下文长度", "Context length"),
    "model_vocabulary": ("词表大小", "Vocabulary"),
    "model_device": ("运行设备", "Device"),
    "token_count": ("{count:,} 个词元", "{count:,} tokens"),
    "larger": ("换用更大的模型", "Use a larger model"),
    "larger_note": (
        "自带的演示模型很小，只为让你马上看到效果。要得到真正有用的回答，请按下面三步换用 ChatGLM2-6B。"
        "命令都在项目文件夹里执行。",
        "The bundled model is tiny: it is there so that you see something at once. For answers of real use, "
        "move to ChatGLM2-6B in three steps. Run the commands in the project's folder.",
    ),
    "step_install": ("1. 安装导出模型所需的软件包（只需一次）", "1. Install what the export needs (once)"),
    "step_export": (
        "2. 把下载好的 ChatGLM2-6B（换成你的文件夹）转换成 OpenVINO 模型，权重压缩为 INT4，约 3.5 GB",
        "2. Turn your downloaded ChatGLM2-6B (put your folder here) into an OpenVINO model with INT4 "
        "weights, about 3.5 GB",
    ),
    "export_source": ("ChatGLM2-6B文件夹", "ChatGLM2-6B-folder"),
    "step_start": (
        "3. 停止本程序（Ctrl+C），再用新模型启动",
        "3. Stop this program (Ctrl+C) and start it with the new model",
    ),
}


def language() -> str:
    """The language the visitor chose, one of LANGUAGES; Chinese until he chooses."""
    return st.session_state.get("language", LANGUAGES[0])


def say(name: str, /, **values: object) -> str:
    """The words called `name` in the visitor's language, with `values` filled in."""
    return WORDS[name][LANGUAGES.index(language())].format(**values)

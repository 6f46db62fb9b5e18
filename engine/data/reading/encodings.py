def detect(path, head, cancelled=None, head_only=False):
    return "utf-8", ""


def check_chosen(path, e):
    pass

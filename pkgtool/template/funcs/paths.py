"""Take paths apart as Go's `path` does; `osBase` and its kind are the same, as on Unix.

Source: Sprig `functions.go`; Go packages `path` and `path/filepath`.
"""

from pkgtool.template.funcs.golang.signature import go_function


@go_function("base")
def base(path: str) -> str:
    """Return the last element of `path`.

    >>> base("/a/b.txt"), base("/"), base("")
    ('b.txt', '/', '.')
    """
    if not path:
        return "."
    return path.rstrip("/").rpartition("/")[2] or "/"


@go_function("dir")
def dir_(path: str) -> str:
    """Return all of `path` but its last element, cleaned.

    >>> dir_("/a//b"), dir_("a")
    ('/a', '.')
    """
    head, slash, _ = path.rpartition("/")
    return _cleaned(head + slash)


@go_function("clean")
def clean(path: str) -> str:
    """Return the shortest path that means the same, without looking at any file.

    >>> clean("a//b/./../c/"), clean("/../a"), clean("")
    ('a/c', '/a', '.')
    """
    return _cleaned(path)


def _cleaned(path: str) -> str:
    rooted = path.startswith("/")
    kept: list[str] = []
    for element in path.split("/"):
        if element == ".." and kept and kept[-1] != "..":
            kept.pop()
        elif element not in ("", ".", "..") or (element == ".." and not rooted):
            kept.append(element)
    return ("/" if rooted else "") + "/".join(kept) or "."


@go_function("ext")
def ext(path: str) -> str:
    """Return the last element of `path` from its last dot on.

    >>> ext("a/b.tar.gz"), ext("a.b/c")
    ('.gz', '')
    """
    _, dot, suffix = path.rpartition("/")[2].rpartition(".")
    return dot + suffix if dot else ""


@go_function("isAbs")
def is_abs(path: str) -> bool:
    """Tell whether `path` starts at the root."""
    return path.startswith("/")


os_base = base
os_clean = clean
os_dir = dir_
os_ext = ext
os_is_abs = is_abs

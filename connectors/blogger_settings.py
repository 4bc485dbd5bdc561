"""What Blogger tells of a blog's settings, for `Blogger.check`; what it does not tell a person looks up."""

from __future__ import annotations

from connectors.base import Finding, NotAllowed, PageSettings
from connectors.blogger_blog import Blog
from connectors.google import text, text_if_any

NOT_TOLD = (
    Finding(
        "public",
        "Blogger does not tell who may read the blog. Please look: Settings > Permissions > Reader access: is it Private"
        " to authors, or Custom readers?",
    ),
    Finding(
        "comment_moderation",
        "Blogger does not tell whether comments wait for approval, or who may comment. Please look: Settings > Comments >"
        " Comment moderation: Always, and Who can comment.",
    ),
    Finding(
        "administrators",
        "Blogger does not tell who else administers the blog. Please look: Settings > Permissions > Blog admins and"
        " authors: is the administrator or a designee there?",
    ),
    Finding(
        "search_visibility",
        "Blogger does not tell whether search engines may list the blog. Please look: Settings > Privacy > Visible to"
        " search engines.",
    ),
)


def read_settings(blog: Blog) -> PageSettings:
    """Ask who we are, what we may do and how the blog is set. Changes nothing. Raises `Gone` for a blog that is no more."""
    about = blog.about()
    account = blog.google.ask(blog.google.api.users().get(userId="self"))
    administers = blog.administers()
    comments_open, opens = _comments_open(blog) if administers else (None, ())
    return PageSettings(
        title=text(about, "name"),
        account=text_if_any(account, "displayName") or text(account, "id"),
        may_moderate=administers,
        comments_open=comments_open,
        public=None,
        findings=(*(() if administers else (_NO_ADMINISTRATOR,)), *opens, *NOT_TOLD),
    )


_NO_ADMINISTRATOR = Finding(
    "may_moderate",
    "This account is no administrator of the blog and may not moderate its comments. Settings > Permissions > Blog admins"
    " and authors: make it an Admin.",
    problem=True,
)


def _comments_open(blog: Blog) -> tuple[bool | None, tuple[Finding, ...]]:
    """Open if one post is; closed only where each post says so."""
    hidden = Finding("comments_open", "Whether comments are open could not be seen. Please look: Settings > Comments.")
    try:
        allowed = [text_if_any(post, "readerComments") for post in blog.posts()]
    except NotAllowed:
        return None, (hidden,)
    if "ALLOW" in allowed:
        closed = len(allowed) - allowed.count("ALLOW")
        return True, (Finding("posts", f"Comments are closed on {closed} of {len(allowed)} posts."),) if closed else ()
    if not allowed or "" in allowed:
        return None, (hidden,)
    return False, ()

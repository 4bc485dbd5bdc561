"""What Canvas tells of a course's settings, for `Canvas.check`; what it does not tell a person looks up."""

from __future__ import annotations

from collections.abc import Sequence

from connectors.base import Finding, NotAllowed, PageSettings
from connectors.canvas_reading import ANNOUNCEMENTS
from connectors.canvas_site import FIELDS, TEACHING, Query, Site
from connectors.http_answers import Row

RIGHTS: Query = (("permissions[]", "moderate_forum"),)
ROLES = {"TeacherEnrollment": "teacher", "TaEnrollment": "teaching assistant"}

NOT_TOLD = (
    Finding(
        "comment_moderation",
        "Canvas has no queue: every reply is shown at once. A teacher can delete it, and nobody can hide it or bring it back.",
    ),
    Finding(
        "account_administrators",
        "Canvas does not tell which administrators of the school or district may open the course. Please ask whoever runs Canvas:"
        " is the administrator or a designee among them, or a teacher of the course?",
    ),
)


def read_settings(site: Site, *, announcements: bool) -> PageSettings:
    """Ask who we are, what we may do and how the course is set. Changes nothing.

    Raises:
        AuthFailed: Canvas does not know the token.
        NotAllowed: the account may not open the course.

    """
    account = site.read("users/self").row()
    course = site.read(site.course).row()
    rights = site.read(f"{site.course}/permissions", RIGHTS).row()
    settings = _settings(site)
    topics = _topics(site, ())
    announced = _topics(site, ANNOUNCEMENTS)
    groups = site.groups()
    teachers, teaching = _teachers(site, account)
    may_moderate, moderates = _may_moderate(rights)
    shown = [*topics, *(announced if announcements else ())]
    comments_open, opens = _comments_open(course, settings, shown, has_groups=bool(groups))
    public, publics = _public(course)
    return PageSettings(
        title=FIELDS.text(course, "name"),
        account=FIELDS.text(account, "name"),
        may_moderate=may_moderate,
        comments_open=comments_open,
        public=public,
        administrators=teachers,
        findings=(
            *moderates,
            *opens,
            *publics,
            *teaching,
            *_not_read(announced, announcements=announcements),
            *_groups(groups),
            *_allowed(settings),
            *_of_topics(topics),
            *NOT_TOLD,
        ),
        waits_for_approval=False,
    )


def _settings(site: Site) -> Row | None:
    try:
        return site.read(f"{site.course}/settings").row()
    except NotAllowed:
        return None


def _topics(site: Site, query: Query) -> list[Row]:
    return [
        {name: row.get(name) for name in ("published", "locked", "comments_disabled", *TOLD)}  # their words take memory
        for page in site.pages(f"{site.course}/discussion_topics", query)
        for row in page
    ]


def _teachers(site: Site, account: Row) -> tuple[tuple[str, ...], tuple[Finding, ...]]:
    query: Query = [*TEACHING, ("include[]", "enrollments")]
    try:
        rows = [row for page in site.pages(f"{site.course}/users", query) for row in page]
    except NotAllowed:
        message = "This account is not shown who teaches the course. Please look: People."
        return (), (Finding("administrators", message),)
    names = tuple(f"{FIELDS.text(row, 'name')} ({', '.join(_roles(row))})" for row in rows)
    if FIELDS.number(account, "id") in {FIELDS.number(row, "id") for row in rows}:
        return names, ()
    message = "The access token's account is neither a teacher nor a teaching assistant of the course. Add it under People, as a teacher."
    return names, (Finding("account", message, problem=True),)


def _roles(row: Row) -> list[str]:
    kinds = {FIELDS.text(each, "type") for each in FIELDS.rows_if_any(row, "enrollments")}
    return [word for kind, word in ROLES.items() if kind in kinds] or ["teaching"]


def _may_moderate(rights: Row) -> tuple[bool, tuple[Finding, ...]]:
    if rights.get("moderate_forum") is True:
        return True, ()
    message = (
        "This account may not delete what others post: it lacks the permission Discussions - moderate. Make it a teacher of the"
        " course, or ask whoever runs Canvas."
    )
    return False, (Finding("may_moderate", message, problem=True),)


def _is_open(topic: Row) -> bool:
    return topic.get("published") is not False and not topic.get("locked") and not topic.get("comments_disabled")


def _comments_open(
    course: Row, settings: Row | None, topics: Sequence[Row], *, has_groups: bool
) -> tuple[bool | None, tuple[Finding, ...]]:
    """Open if one discussion is, or if students may begin one: in their groups they always may."""
    if course.get("workflow_state") == "completed":
        return False, (Finding("comments_open", "The course is concluded: it can be read, and not answered."),)
    count = sum(map(_is_open, topics))
    if count:
        return True, (Finding("topics", f"Comments are open in {count} of {len(topics)} discussions."),)
    if has_groups:
        return True, ()
    begins = None if settings is None else settings.get("allow_student_discussion_topics")
    if isinstance(begins, bool):
        return begins, ()
    message = (
        "All discussions are closed, and Canvas does not tell this account whether students may begin new ones. Please look:"
        " Settings > Course Details > more options > Let students create discussion topics."
    )
    return None, (Finding("comments_open", message),)


def _public(course: Row) -> tuple[bool | None, tuple[Finding, ...]]:
    """Public if others than the course's people may read it: everybody, or everybody whom the district has given an account."""
    everybody, signed_in = course.get("is_public"), course.get("is_public_to_auth_users")
    where = "Settings > Course Details > Visibility: Course."
    findings = []
    if everybody is True:
        findings.append(Finding("public", f"Everybody on the web can read the course. Please change it: {where}", True))
    elif signed_in is True:
        message = f"Everybody with a Canvas account of the institution can read the course. Please change it: {where}"
        findings.append(Finding("public", message, problem=True))
    if course.get("open_enrollment") is True or course.get("self_enrollment") is True:
        message = "People can enroll themselves. Please look: Settings > Course Details > more options > Let students self-enroll."
        findings.append(Finding("enrollment", message, problem=True))
    if everybody is True or signed_in is True:
        return True, tuple(findings)
    if "is_public" not in course or "is_public_to_auth_users" not in course:
        findings.append(Finding("public", f"Canvas does not tell who can read the course. Please look: {where}"))
        return None, tuple(findings)
    return False, tuple(findings)


def _not_read(announced: Sequence[Row], *, announcements: bool) -> tuple[Finding, ...]:
    count = sum(map(_is_open, announced))
    if announcements or not count:
        return ()
    message = (
        f"{count} announcements can be answered, and what is said there is not read. Set `announcements: true` among the"
        " options, or close them: Announcements > Lock."
    )
    return (Finding("announcements", message, problem=True),)


def _groups(groups: Sequence[str] | None) -> tuple[Finding, ...]:
    if groups is None:
        message = (
            "This account is not shown the groups of the course, so what their members begin among themselves is not read. Make it a"
            " teacher of the course."
        )
        return (Finding("groups", message, problem=True),)
    if not groups:
        return ()
    message = f"The course has {len(groups)} groups, whose members can begin discussions among themselves; they are read, too."
    return (Finding("groups", message),)


ALLOWED = {
    "allow_student_discussion_topics": "Students may begin discussions; what they begin them with is read, too.",
    "allow_student_forum_attachments": "Students may attach files to what they say; Hallmonitor counts them and opens none.",
    "allow_student_discussion_editing": "Students may edit and delete what they have said.",
    "allow_student_anonymous_discussion_topics": "Students may begin anonymous discussions.",
}


def _allowed(settings: Row | None) -> tuple[Finding, ...]:
    if settings is None:
        message = (
            "This account is not shown what students may do. Please look: Settings > Course Details > more options."
        )
        return (Finding("settings", message),)
    return tuple(Finding(name, message) for name, message in ALLOWED.items() if settings.get(name) is True)


TOLD = {
    "podcast_has_student_posts": "{} discussions have a podcast feed with what students say: whoever has its address can read it.",
    "require_initial_post": "{} discussions show replies only to those who have answered first; teachers see all.",
    "anonymous_state": "{} discussions are anonymous: Canvas hides who said something.",
}


def _of_topics(topics: Sequence[Row]) -> tuple[Finding, ...]:
    counts = {name: sum(bool(topic.get(name)) for topic in topics) for name in TOLD}
    return tuple(Finding(name, TOLD[name].format(count)) for name, count in counts.items() if count)

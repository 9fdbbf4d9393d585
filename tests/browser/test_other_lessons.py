"""What each of the other lessons has to show on the screen."""

from playwright.sync_api import expect

from .lessons import CAPTURED, INLINE, LATE, THREAD
from .stage import Stage


def test_send_email_waits_for_the_mail_inline_and_not_with_a_thread(stage: Stage):
    stage.open("send_email")
    inline, thread = stage.waits()
    assert inline.startswith("Ana waits 3.0")
    assert thread.startswith(("Ana waits 44 ms", "Ana waits 0.04 s"))
    stage.press("End")
    for title in (INLINE, THREAD):
        expect(stage.output(title)).to_contain_text("Mail sent to Ana@example.com")


def test_send_email_marks_two_threads_at_once(stage: Stage):
    stage.open("send_email", "?v=thread&step=1.5")
    assert "mailer" in stage.threads(THREAD)


def test_output_appears_when_it_is_printed_and_goes_when_stepping_back(stage: Stage):
    stage.open("send_email")
    stage.press("End")
    expect(stage.output(THREAD)).to_contain_text("Mail sent")
    stage.press("Home")
    expect(stage.column(THREAD)).to_contain_text("Nothing printed yet.")


def test_greet_shows_flasks_own_error_and_a_happy_user(stage: Stage):
    stage.open("greet")
    stage.press("End")
    expect(stage.output(CAPTURED)).to_contain_text("Hello, Ana!")

    error = "RuntimeError: Working outside of request context."
    expect(stage.output(LATE)).to_contain_text(error)
    expect(
        stage.code(LATE).locator("li").filter(has_text='name = request.args["name"]')
    ).to_contain_text(error)
    expect(stage.row(LATE, 7)).to_contain_text(error)
    expect(stage.row(LATE, 7)).to_contain_text("failed")
    # The user has had the answer since step 4.
    expect(stage.row(LATE, 4)).to_contain_text("sent")
    for wait in stage.waits():
        assert wait.startswith(("Ana waits 4", "Ana waits 0.04 s"))


def test_greets_error_is_not_there_before_it_happens(stage: Stage):
    stage.open("greet", "?step=2.5")
    assert "RuntimeError" not in stage.code(LATE).inner_text()
    expect(stage.column(LATE)).to_contain_text("Nothing printed yet.")

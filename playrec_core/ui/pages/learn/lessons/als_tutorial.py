"""The ALS tutorial as an entry of the list of lessons."""

from playrec_core.i18n import mark
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.pages.learn.als_tutorial.tutorial import LAST, opened_step, tutorial
from playrec_core.ui.pages.learn.frame.lesson_frame import Answer, Entry
from playrec_core.ui.session import playlist


class AlsTutorial(Entry):
    key, place = "walk", 40
    title = mark("ALS tutorial")
    about = mark("From interactions to an explained recommendation in six steps, with your own favourites.")
    check = mark("A favourite’s contribution to a score is −0.08. What does this mean?")
    answers = (
        Answer(
            mark("The user does not like that favourite after all"),
            mark("Nothing was learned about whether it is liked: it is a favourite, with full confidence."),
        ),
        Answer(
            mark("It lowers the score of this one {song}"),
            mark(
                "Contributions add up to the score, and some are negative. The same favourite may raise the scores of "
                "other {songs}."
            ),
            right=True,
        ),
        Answer(
            mark("The model made an error"),
            mark("The contributions add up exactly to the score. A negative one is as correct as a positive one."),
        ),
    )

    def draw(self, run: LoadedRun) -> None:
        tutorial(run, playlist.current(run.dataset))
        if opened_step() == LAST:
            self.draw_check(run)

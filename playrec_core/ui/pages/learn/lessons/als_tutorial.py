"""The ALS tutorial as an entry of the list of lessons."""

from playrec_core.i18n import mark, tr
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.pages.learn.als_tutorial.tutorial import LAST, opened_step, tutorial
from playrec_core.ui.pages.learn.frame.lesson_frame import Answer, Check, Entry, draw_check, named
from playrec_core.ui.session import playlist


class AlsTutorial(Entry):
    key, place = "walk", 40
    title = mark("ALS tutorial")
    about = mark("From interactions to an explained recommendation in six steps, with your own favourites.")

    def draw(self, run: LoadedRun) -> None:
        tutorial(run, playlist.current(run.dataset))
        if opened_step() == LAST:
            draw_check(run, self.key, self.check(run))

    def check(self, run: LoadedRun) -> Check:
        """Return the question at the end of the last step."""
        return Check(
            tr("A favourite’s contribution to a score is −0.08. What does this mean?"),
            (
                Answer(
                    tr("The user does not like that favourite after all"),
                    tr("Nothing was learned about whether it is liked: it is a favourite, with full confidence."),
                ),
                Answer(
                    tr("It lowers the score of this one {song}", **named(run)),
                    tr(
                        "Contributions add up to the score, and some are negative. The same favourite may raise the "
                        "scores of other {songs}.",
                        **named(run),
                    ),
                    right=True,
                ),
                Answer(
                    tr("The model made an error"),
                    tr(
                        "The contributions add up exactly to the score. A negative one is as correct as a positive one."
                    ),
                ),
            ),
        )

"""The walk through ALS as a part of the path."""

from playrec_core.i18n import mark, tr
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.pages.learn.als_tutorial.tutorial import LAST, opened_step, walk
from playrec_core.ui.pages.learn.frame.lesson_frame import Answer, Check, Entry, draw_check, named
from playrec_core.ui.session import playlist


class Walk(Entry):
    key, place = "walk", 40
    title = mark("A walk through ALS")
    about = mark("From links to a recommendation with reasons, in six steps, on your own favourites.")

    def draw(self, run: LoadedRun) -> None:
        walk(run, playlist.current(run.dataset))
        if opened_step() == LAST:
            draw_check(run, self.key, self.check(run))

    def check(self, run: LoadedRun) -> Check:
        """The question at the end of the last step."""
        return Check(
            tr("A favourite’s contribution to a score is −0.08. What does that say?"),
            (
                Answer(
                    tr("The person does not like that favourite after all"),
                    tr(
                        "Nothing was learnt about whether it is liked: it is one of the favourites, with full "
                        "confidence."
                    ),
                ),
                Answer(
                    tr("It pulls the score of this one {song} down", **named(run)),
                    tr(
                        "Contributions add up to the score, and those that point away from a {song} have a minus. The "
                        "same favourite may push others up.",
                        **named(run),
                    ),
                    right=True,
                ),
                Answer(
                    tr("The model made an error"),
                    tr("The parts add up to the score exactly; a negative one is as right as a positive one."),
                ),
            ),
        )

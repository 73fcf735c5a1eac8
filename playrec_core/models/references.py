"""The papers, reports and notebooks that more than one model kind is built from (docs/sources/README.md)."""

from playrec_core.i18n import mark

from .card import Reference

MELON_SYSTEMS = Reference(
    "Melon Playlist Continuation: three systems, 2020",
    "https://github.com/haeuuu/RecSys-For-Melon-playlist-continuation",
    mark("a contestant's write-up"),
)
MELON_REVIEW = Reference("Melon Playlist Continuation: a late review, 2021", note=mark("a contestant's write-up"))
MOVIE_REC = Reference(
    "Movie Rec wrap-up report (in Korean), 2024", note=mark("a team's report on a closed class competition")
)
ALS_NOTEBOOK = Reference("MovieLens film recommendation (in Korean)", note=mark("a course notebook"))

BPR = Reference(
    "Rendle, Freudenthaler, Gantner & Schmidt-Thieme, “BPR: Bayesian Personalized Ranking from Implicit Feedback”, "
    "UAI 2009",
    "https://arxiv.org/abs/1205.2618",
)
IMPLICIT_ALS = Reference(
    "Hu, Koren & Volinsky, “Collaborative Filtering for Implicit Feedback Datasets”, ICDM 2008",
    "https://doi.org/10.1109/ICDM.2008.22",
)
DEEP_AUTOENCODERS = Reference(
    "Kuchaiev & Ginsburg, “Training Deep AutoEncoders for Collaborative Filtering”, 2017",
    "https://arxiv.org/abs/1708.01715",
)
GRU4REC = Reference(
    "Hidasi, Karatzoglou, Baltrunas & Tikk, “Session-based Recommendations with Recurrent Neural Networks”, ICLR 2016",
    "https://arxiv.org/abs/1511.06939",
)
RIDGE = Reference("Saunders, Gammerman & Vovk, “Ridge Regression Learning Algorithm in Dual Variables”, ICML 1998")
RECSYS_2018 = Reference(
    "Zamani, Schedl, Lamere & Chen, “An Analysis of Approaches Taken in the ACM RecSys Challenge 2018”, ACM TIST 2019",
    "https://arxiv.org/abs/1810.01520",
)
VARIATIONAL = Reference(
    "Liang, Krishnan, Hoffman & Jebara, “Variational Autoencoders for Collaborative Filtering”, WWW 2018",
    "https://arxiv.org/abs/1802.05814",
)

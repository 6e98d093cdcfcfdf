"""The thirteen départements of Occitanie and some of their towns, with degrees (WGS 84).

`lycees` is the number of public lycées of the official directory of November 2024.
"""

from dataclasses import dataclass

from numlycee.domain.sites import Department

TOULOUSE, MONTPELLIER = "Toulouse", "Montpellier"


@dataclass(frozen=True, slots=True)
class Place:
    """A département, how many public lycées it has, and towns as (name, latitude, longitude)."""

    department: Department
    lycees: int
    towns: tuple[tuple[str, float, float], ...]


def _place(
    code: str, name: str, academy: str, lycees: int, *towns: tuple[str, float, float]
) -> Place:
    return Place(Department(code, name, academy), lycees, towns)


PLACES = (
    _place(
        "09", "Ariège", TOULOUSE, 11,
        ("Foix", 42.966, 1.607), ("Pamiers", 43.116, 1.611), ("Saint-Girons", 42.985, 1.146),
        ("Mirepoix", 43.088, 1.874), ("Lavelanet", 42.932, 1.848),
    ),
    _place(
        "11", "Aude", MONTPELLIER, 11,
        ("Carcassonne", 43.213, 2.351), ("Narbonne", 43.184, 3.003), ("Limoux", 43.055, 2.218),
        ("Castelnaudary", 43.318, 1.954), ("Lézignan-Corbières", 43.200, 2.758),
    ),
    _place(
        "12", "Aveyron", TOULOUSE, 15,
        ("Rodez", 44.350, 2.575), ("Millau", 44.098, 3.078), ("Decazeville", 44.559, 2.251),
        ("Villefranche-de-Rouergue", 44.352, 2.034), ("Saint-Affrique", 43.958, 2.886),
    ),
    _place(
        "30", "Gard", MONTPELLIER, 20,
        ("Nîmes", 43.837, 4.360), ("Alès", 44.125, 4.081), ("Bagnols-sur-Cèze", 44.162, 4.620),
        ("Beaucaire", 43.808, 4.644), ("Le Vigan", 43.993, 3.606), ("Uzès", 44.012, 4.420),
    ),
    _place(
        "31", "Haute-Garonne", TOULOUSE, 45,
        ("Toulouse", 43.604, 1.444), ("Muret", 43.461, 1.327), ("Colomiers", 43.612, 1.336),
        ("Saint-Gaudens", 43.108, 0.723), ("Blagnac", 43.634, 1.394), ("Revel", 43.459, 2.004),
        ("Fronton", 43.840, 1.391), ("Cazères", 43.207, 1.086),
    ),
    _place(
        "32", "Gers", TOULOUSE, 13,
        ("Auch", 43.646, 0.586), ("Condom", 43.957, 0.372), ("Mirande", 43.516, 0.404),
        ("Nogaro", 43.759, -0.033), ("L'Isle-Jourdain", 43.614, 1.081),
    ),
    _place(
        "34", "Hérault", MONTPELLIER, 37,
        ("Montpellier", 43.611, 3.877), ("Béziers", 43.344, 3.215), ("Sète", 43.404, 3.693),
        ("Lunel", 43.675, 4.135), ("Agde", 43.311, 3.476), ("Bédarieux", 43.615, 3.159),
        ("Clermont-l'Hérault", 43.627, 3.432), ("Pézenas", 43.460, 3.423),
    ),
    _place(
        "46", "Lot", TOULOUSE, 11,
        ("Cahors", 44.448, 1.440), ("Figeac", 44.609, 2.034), ("Gourdon", 44.738, 1.383),
        ("Souillac", 44.894, 1.477), ("Saint-Céré", 44.858, 1.892),
    ),
    _place(
        "48", "Lozère", MONTPELLIER, 6,
        ("Mende", 44.518, 3.501), ("Marvejols", 44.554, 3.291), ("Florac", 44.325, 3.593),
        ("Langogne", 44.727, 3.855), ("Saint-Chély-d'Apcher", 44.801, 3.275),
    ),
    _place(
        "65", "Hautes-Pyrénées", TOULOUSE, 16,
        ("Tarbes", 43.233, 0.078), ("Lourdes", 43.094, -0.046), ("Lannemezan", 43.124, 0.385),
        ("Bagnères-de-Bigorre", 43.065, 0.149), ("Vic-en-Bigorre", 43.385, 0.052),
    ),
    _place(
        "66", "Pyrénées-Orientales", MONTPELLIER, 14,
        ("Perpignan", 42.689, 2.895), ("Céret", 42.486, 2.749), ("Prades", 42.617, 2.422),
        ("Argelès-sur-Mer", 42.546, 3.023), ("Font-Romeu", 42.503, 2.043),
    ),
    _place(
        "81", "Tarn", TOULOUSE, 16,
        ("Albi", 43.929, 2.148), ("Castres", 43.606, 2.240), ("Mazamet", 43.491, 2.373),
        ("Gaillac", 43.901, 1.899), ("Carmaux", 44.049, 2.157), ("Lavaur", 43.699, 1.820),
    ),
    _place(
        "82", "Tarn-et-Garonne", TOULOUSE, 10,
        ("Montauban", 44.018, 1.355), ("Moissac", 44.104, 1.085), ("Caussade", 44.161, 1.539),
        ("Castelsarrasin", 44.040, 1.107), ("Valence-d'Agen", 44.110, 0.890),
    ),
)  # fmt: skip

NAMES = (
    "des Aubépines", "du Moulin-Neuf", "de la Garrigue", "des Trois-Rivières", "du Grand-Chêne",
    "de la Colline", "des Oliviers", "du Vieux-Pont", "de la Clairière", "des Amandiers",
    "du Causse", "de la Plaine", "des Tilleuls", "du Vallon", "de la Fontaine", "des Genêts",
    "du Belvédère", "de la Tramontane", "des Platanes", "du Canal", "de la Source", "des Cigales",
    "du Pic-Vert", "de la Vigneraie", "des Hautes-Terres", "du Lac-Bleu", "de la Rocaille",
    "des Marronniers", "du Levant", "de la Châtaigneraie", "des Coquelicots", "du Rocher-Blanc",
    "de la Combe", "des Micocouliers", "du Val-Fleuri", "de la Bastide", "des Quatre-Vents",
    "du Midi-Clair", "de la Prairie", "des Lavandes", "du Plateau", "de la Passerelle",
    "des Remparts", "du Jardin-d'Eau", "de la Halle",
)  # fmt: skip
"""Names that no lycée of the Region bears."""

OPERATORS = ("Occifibre", "Pyrénées Télécom", "Méditerranée Réseaux")
"""Operators that do not exist."""

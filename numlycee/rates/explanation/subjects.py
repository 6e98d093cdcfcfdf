"""What was observed of the resource that is asked about: of a site, shared, or composed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from numlycee.domain.composites import Composite
from numlycee.domain.inventory import Resource
from numlycee.domain.register import Register
from numlycee.domain.sites import Site
from numlycee.domain.timeline import Timeline
from numlycee.rates.explanation.composing import Team, composed, team
from numlycee.rates.explanation.model import (
    Ballots,
    Composition,
    Life,
    Listing,
    Poll,
    Question,
    Reading,
    Rule,
    Run,
)
from numlycee.rates.explanation.ports import Evidence
from numlycee.rates.explanation.reading import (
    SiteEvidence,
    Source,
    listings,
    lived,
    runs,
    site_evidence,
    sources,
)
from numlycee.rates.explanation.voting import assembly, most_failing, shared_services
from numlycee.settings import nearest

_SHOWN = 8
"""Names that an error lists; beyond, it says that there are more."""


class UnknownSubjectError(LookupError):
    """A site or a resource that nothing is known of; the message names the nearest known."""


@dataclass(frozen=True, slots=True)
class Observed:
    """What was observed of one resource, and who is read."""

    site: Site | None
    resource: Resource
    life: Life
    timeline: Timeline
    sources: Sequence[Source]
    runs: tuple[Run, ...] = ()
    lists: tuple[Listing, ...] = ()
    polls: tuple[Poll, ...] = ()
    ballots: Ballots | None = None
    compositions: tuple[Composition, ...] = ()


@dataclass(frozen=True, slots=True)
class Witness:
    """Everything that a subject can be observed from."""

    evidence: Evidence
    sites: Mapping[str, Site]
    register: Register
    composites: Sequence[Composite]

    def observed(self, question: Question) -> Observed:
        """Return what was observed; raises `UnknownSubjectError`."""
        return self._site(question) if question.uai else self._shared(question)

    def _site(self, question: Question) -> Observed:
        site = self.sites.get(question.uai)
        if site is None:
            raise UnknownSubjectError(_unknown(question.uai, self.sites, "établissement inconnu"))
        told = site_evidence(self.evidence, self.register, site.uai)
        if told.resource(question.resource) is not None:
            return _plain(told, site, question)
        teams = {c.id: found for c in self.composites if (found := team(c, told)) is not None}
        if question.resource in teams:
            return _composed(teams[question.resource], told, site, question)
        where = f"ressource jamais observée à {site.uai}"
        raise UnknownSubjectError(_unknown(question.resource, [*told.names(), *teams], where))

    def _shared(self, question: Question) -> Observed:
        told = [site_evidence(self.evidence, self.register, uai) for uai in sorted(self.sites)]
        known = shared_services(told)
        if question.resource not in known:
            where = "service que les lycées ne partagent pas"
            raise UnknownSubjectError(_unknown(question.resource, known, where))
        vote, window = assembly(question.resource, told), question.window
        life = Life(vote.listed, self.register.lifetime(("", question.resource)))
        polls = tuple(vote.polls(window.start, max(window.start, window.until)))
        at = most_failing(polls) if question.at is None else question.at
        return Observed(
            site=None,
            resource=vote.resource,
            life=life,
            timeline=lived(vote.timeline(life.born, window.as_of), life),
            sources=vote.sources(polls),
            polls=polls,
            ballots=None if at is None else vote.at(at),
        )


def _plain(told: SiteEvidence, site: Site, question: Question) -> Observed:
    name = question.resource
    timeline = told.timeline(name)
    return Observed(
        site=site,
        resource=told.account.resources[name],
        life=told.life(name),
        timeline=timeline,
        sources=sources(told, name, timeline),
        runs=tuple(runs(told, question.window)),
        lists=tuple(listings(told, name, question.window)),
    )


def _composed(members: Team, told: SiteEvidence, site: Site, question: Question) -> Observed:
    life, window = members.life, question.window
    return Observed(
        site=site,
        resource=members.resource,
        life=life,
        timeline=lived(composed(tuple(members.told(life.born, window.as_of))), life),
        sources=[(life.alive, Reading(Rule.PARTS))],
        runs=tuple(runs(told, window)),
        compositions=tuple(members.told(max(window.start, life.born), window.until)),
    )


def _unknown(word: str, known: Iterable[str], reason: str) -> str:
    names = sorted(known)
    close = nearest(word, names)
    if close:
        return f"{word} : {reason} ; vouliez-vous dire {close} ?"
    shown = ", ".join(names[:_SHOWN]) + (" …" if len(names) > _SHOWN else "")
    return f"{word} : {reason} ; connus : {shown or 'aucun'}"

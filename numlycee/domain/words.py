"""The French words of every closed vocabulary, wherever a person reads it."""

from numlycee.domain.causes import Cause, Owner
from numlycee.domain.devices import Measure
from numlycee.domain.kinds import Kind, ResourceClass
from numlycee.domain.objectives import Verdict

CLASSES = {
    ResourceClass.LINK: "Liens THD",
    ResourceClass.LAN: "Réseau local",
    ResourceClass.WIFI: "Wi-Fi",
    ResourceClass.SERVICE: "ENT et services",
    ResourceClass.SERVER: "Serveurs et stockage",
    ResourceClass.POWER: "Alimentation secourue",
    ResourceClass.PRINTING: "Impression",
    ResourceClass.OTHER: "Autres équipements",
    ResourceClass.COMPOSITE: "Numérique pédagogique",
}

KINDS = {
    Kind.LINK: ("Lien THD", "Liens THD"),
    Kind.SERVICE: ("ENT", "ENT et services"),
    Kind.SWITCH: ("Commutateur", "Commutateurs"),
    Kind.ACCESS_POINT: ("Borne Wi-Fi", "Bornes Wi-Fi"),
    Kind.WIRELESS_CONTROLLER: ("Contrôleur Wi-Fi", "Contrôleurs Wi-Fi"),
    Kind.ROUTER: ("Routeur", "Routeurs"),
    Kind.FIREWALL: ("Pare-feu", "Pare-feux"),
    Kind.UPS: ("Onduleur", "Onduleurs"),
    Kind.PRINTER: ("Imprimante", "Imprimantes"),
    Kind.NAS: ("Stockage réseau", "Stockages réseau"),
    Kind.SERVER: ("Serveur", "Serveurs"),
    Kind.GENERIC: ("Équipement", "Autres équipements"),
    Kind.COMPOSITE: ("Service composé", "Services composés"),
}

CAUSES = {
    Cause.EDGE: "instant du changement incertain",
    Cause.START: "agent en cours de démarrage",
    Cause.STALE: "mesure trop ancienne",
    Cause.PROBE: "mesure impossible",
    Cause.LAN: "réseau local coupé",
    Cause.AGENT: "agent muet",
    Cause.PARENT: "équipement en amont en panne",
    Cause.SITE_DARK: "lycée muet",
    Cause.TIMEOUT: "pas de réponse",
    Cause.REFUSED: "connexion refusée",
    Cause.DNS: "nom introuvable (DNS)",
    Cause.CONNECT: "connexion impossible",
    Cause.TLS: "chiffrement refusé (TLS)",
    Cause.CERTIFICATE: "certificat invalide, expiré ou à renouveler",
    Cause.HTTP_STATUS: "réponse d’erreur du serveur",
    Cause.CONTENT: "page d’indisponibilité",
    Cause.SLOW: "réponse lente",
    Cause.LOSS: "pertes de paquets",
    Cause.LATENCY: "temps de réponse élevé",
    Cause.JITTER: "temps de réponse instable",
    Cause.SATURATION: "débit saturé",
    Cause.BACKUP_LINE: "passage sur le lien de secours",
    Cause.PARTIAL: "panne partielle",
    Cause.SNMP_SILENT: "ne répond plus en SNMP",
    Cause.POWER: "coupure d’électricité",
    Cause.BATTERY: "batterie faible",
    Cause.PSU: "alimentation en défaut",
    Cause.FAN: "ventilateur en défaut",
    Cause.TEMPERATURE: "température élevée",
    Cause.POE: "alimentation PoE en défaut",
    Cause.CPU: "processeur saturé",
    Cause.MEMORY: "mémoire saturée",
    Cause.PORT_DOWN: "port coupé",
    Cause.ERRORS: "erreurs de transmission",
    Cause.HA: "redondance perdue",
    Cause.RAID: "grappe de disques dégradée",
    Cause.DISK: "disque plein ou en défaut",
    Cause.SUPPLIES: "consommable épuisé",
    Cause.PRINTER: "imprimante en défaut",
    Cause.ACCESS_POINTS: "bornes manquantes",
    Cause.RADIO: "radio en défaut",
    Cause.SENSOR: "sonde en alerte",
    Cause.OTHER: "cause inconnue",
    Cause.PART: "une composante",
}

OWNERS = {
    Owner.REGION: "Région",
    Owner.ACADEMY: "académie",
    Owner.OPERATOR: "opérateur",
    Owner.PUBLISHER: "éditeur",
    Owner.ENERGY: "fournisseur d’énergie",
    Owner.LYCEE: "lycée",
    Owner.UNKNOWN: "à déterminer",
}

DEVICES = {
    Measure.ISSUED: "Remis",
    Measure.SEEN: "Vus ce jour-là",
    Measure.SERVICEABLE: "En état de servir",
    Measure.REPAIR: "En réparation",
    Measure.NON_COMPLIANT: "Non conformes",
    Measure.IDLE: "Pas revus récemment",
    Measure.NEVER_SEEN: "Jamais vus",
}

VERDICTS = {
    Verdict.MET: "tenu",
    Verdict.MISSED: "non tenu",
    Verdict.UNDECIDED: "indécidable",
    Verdict.NOT_MEASURED: "non mesuré",
}

WINDOWS = {
    "1h": "1 heure",
    "24h": "24 heures",
    "7d": "7 jours",
    "30d": "30 jours",
    "year": "Année scolaire",
}

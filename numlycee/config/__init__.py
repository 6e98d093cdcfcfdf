"""The centre's configuration, as read from `numlycee.toml`."""

from numlycee.config.centre import Config, read, secret
from numlycee.config.objectives import Judged, Target
from numlycee.config.peers import Alerting, Http, Mqtt, MqttVersion, Rabbitmq, Tls, password
from numlycee.config.service import DAYS, Rhythm, SchoolZone, Service, WeeklyHours

__all__ = [
    "DAYS",
    "Alerting",
    "Config",
    "Http",
    "Judged",
    "Mqtt",
    "MqttVersion",
    "Rabbitmq",
    "Rhythm",
    "SchoolZone",
    "Service",
    "Target",
    "Tls",
    "WeeklyHours",
    "password",
    "read",
    "secret",
]

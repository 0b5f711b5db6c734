"""The demonstration: fictional records behind real totals, with their history (design, section 10)."""

from disruptions.demonstration.loading import Loaded, is_loaded, load_demonstration
from disruptions.demonstration.notice import INVENTED_FROM, INVENTED_NOTICE, NOTICE

__all__ = ["INVENTED_FROM", "INVENTED_NOTICE", "NOTICE", "Loaded", "is_loaded", "load_demonstration"]

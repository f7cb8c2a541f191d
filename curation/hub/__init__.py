"""A hub on disk: bare git repositories that real clients of the Hub read and write.

It stands in for the Hugging Face Hub where there is none: offline, and in tests. It keeps
datasets only, and serves them to this machine only.
"""

from curation.hub.accounts import Account
from curation.hub.hub import Hub, NoHub
from curation.hub.serving import Address, serving

__all__ = ["Account", "Address", "Hub", "NoHub", "serving"]

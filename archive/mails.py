"""Messages of ours as mail (RFC 5322), in ASCII, always the same for the same words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import Address, Group
from email.message import EmailMessage
from email.policy import SMTP


@dataclass(frozen=True, slots=True)
class Mail:
    """What is said to whom. Without an address it is to a group without members of that name."""

    to_name: str
    to_address: str
    subject: str
    text: str
    language: str

    def written(self, sender: str, at: datetime, name: str) -> str:
        """The whole message; `name` makes its own name (Message-ID)."""
        message = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
        message["From"] = Address("Crossfile", addr_spec=sender)
        message["To"] = (
            Address(self.to_name, addr_spec=self.to_address)
            if self.to_address
            else Group(self.to_name, ())
        )
        message["Subject"] = self.subject
        message["Date"] = at.astimezone(UTC).replace(microsecond=0)
        message["Message-ID"] = f"<{name}@{sender.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no absence notes in return
        message.set_content(self.text, cte="quoted-printable")
        message["Content-Language"] = self.language
        return message.as_bytes().decode("ascii")

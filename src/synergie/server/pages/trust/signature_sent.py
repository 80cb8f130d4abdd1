"""What the form of a signature brings: by the key held here, or made elsewhere with one's own."""

from dataclasses import dataclass

from starlette.datastructures import FormData, UploadFile

from synergie.errors import BadInput, Words


@dataclass(frozen=True, slots=True)
class SignatureSent:
    """How a person signs. `text`: the signature that was brought, whole or one character more."""

    held: bool
    confirmed: bool
    text: str

    def confirm(self) -> None:
        """BadInput at `/confirm` unless the person ticked that they sign."""
        if not self.confirmed:
            raise BadInput("/confirm", Words("nothing"), "the box that says that you sign")

    def brought(self) -> str:
        """The signature that was made elsewhere. BadInput at `/signature` when there is none."""
        if not self.text:
            raise BadInput("/signature", Words("nothing"), "the signature that the command gave")
        return self.text


async def signature_sent(form: FormData, *, most: int) -> SignatureSent:
    """What *form* holds: a signature of at most *most* characters, typed or in a file."""
    text, file = str(form.get("signature", "")), form.get("file")
    if isinstance(file, UploadFile) and not text.strip():
        text = (await file.read(most + 1)).decode("ascii", "replace")
    return SignatureSent(
        held=form.get("how") == "held",
        confirmed=form.get("confirm") == "yes",
        text=text.strip()[: most + 1],
    )

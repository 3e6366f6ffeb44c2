"""What the pages share: options, model loading, the conversation, the sidebar and the wording."""

from pathlib import Path

# Not a Material icon: as a page's icon, Streamlit would have the browser fetch it from fonts.gstatic.com.
ICON = Path(__file__).parent / "icon.svg"

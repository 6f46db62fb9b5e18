"""Where trials run: this computer, or an address, with what is there and what differs."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QPushButton, QWidget

from gui.base.settings import Settings
from gui.base.text import plain
from gui.base.theme import font_dim, space
from gui.session.computers import Computers
from gui.views.labels import Words

HERE = "Trials run on this computer."
HELP = "Other computers, such as ssh:big-pc, ssh:anna@big-pc,lab2=4, tls://scheduler:8786 or local:2."


class ComputersRow(QWidget):
    """A field for the ``address`` and a button that connects or comes back; ``said`` is to stand under them."""

    def __init__(self, computers: Computers, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._computers = computers
        self.address = QLineEdit(self)
        self.address.setObjectName("cluster_address")
        self.address.setPlaceholderText("this computer")
        self.address.setToolTip(plain(HELP))
        self.address.setMinimumWidth(space(240))
        self.address.textEdited.connect(self.refresh)
        self.address.returnPressed.connect(self._connect_to)
        self._button = QPushButton("", self)
        self._button.setObjectName("button_cluster")
        self._button.setAutoDefault(False)
        self._button.clicked.connect(self._on_pressed)
        self.said = Words("", "label_cluster", "dim", font_dim(), wrap=True, parent=parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(space(12))
        row.addWidget(self.address)
        row.addWidget(self._button)
        row.addStretch(1)
        computers.changed.connect(self._show_state)
        self._show_state()

    @Slot()
    def refresh(self) -> None:
        """Offer what can be done now."""
        computers, text = self._computers, self.address.text().strip()
        connected = bool(computers.address)
        self._button.setText("Use this computer" if connected else "Connect")
        self._button.setEnabled((connected or bool(text)) and computers.can_move)
        self._button.setToolTip(plain("" if computers.can_move else "Stop the run first."))
        # Not disabled, so that the focus stays where it was.
        self.address.setReadOnly(connected or not computers.can_move)

    @Slot()
    def _on_pressed(self) -> None:
        if self._computers.address:
            self._computers.return_here()
        else:
            self._connect_to()

    @Slot()
    def _connect_to(self) -> None:
        address = self.address.text().strip()
        if not address or self.address.isReadOnly():
            return
        certificates = None
        if address.startswith("tls://"):
            folder = QFileDialog.getExistingDirectory(
                self, "Folder of the cluster's certificates", str(Settings().folder)
            )
            if not folder:
                return
            certificates = Path(folder)
        self._computers.connect_to(address, certificates)

    @Slot()
    def _show_state(self) -> None:
        computers = self._computers
        if computers.address:
            self.address.setText(computers.address)
        if computers.is_connecting:
            self.said.setText("Connecting …")
        else:
            self.said.setText(" ".join(computers.said) or computers.problem or HERE)
        self.refresh()

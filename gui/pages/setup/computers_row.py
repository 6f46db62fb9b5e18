"""Where trials run: this computer, or an address, with what is there and what differs."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from gui.base.settings import Settings
from gui.base.text import PlainLabel, plain
from gui.base.theme import font_dim, space
from gui.session.computers import Computers
from gui.views.labels import Words

HERE = "Trials run on this computer."
HELP = "Other computers, such as ssh:big-pc, ssh:anna@big-pc,lab2=4, tls://scheduler:8786 or local:2."
LABEL_WIDTH = 190


class ComputersRow(QWidget):
    """A field for the address, a button that connects or comes back, and what is to be said about it."""

    def __init__(self, computers: Computers, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._computers = computers
        label = PlainLabel("Computers", self)
        label.setMinimumWidth(space(LABEL_WIDTH))
        self._address = QLineEdit(self)
        self._address.setObjectName("cluster_address")
        self._address.setAccessibleName("Computers")
        self._address.setPlaceholderText("this computer")
        self._address.setToolTip(plain(HELP))
        self._address.setMinimumWidth(space(240))
        self._address.textEdited.connect(self.refresh)
        self._address.returnPressed.connect(self._connect_to)
        label.setBuddy(self._address)
        self._button = QPushButton("", self)
        self._button.setObjectName("button_cluster")
        self._button.setAutoDefault(False)
        self._button.clicked.connect(self._on_pressed)
        self._said = Words("", "label_cluster", "dim", font_dim(), wrap=True, parent=self)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(space(12))
        for one in (label, self._address, self._button):
            row.addWidget(one)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(space(4))
        column.addLayout(row)
        column.addWidget(self._said)
        computers.changed.connect(self._show_state)
        self._show_state()

    @Slot()
    def refresh(self) -> None:
        """Offer what can be done now."""
        computers, text = self._computers, self._address.text().strip()
        connected = bool(computers.address)
        self._button.setText("Use this computer" if connected else "Connect")
        self._button.setEnabled((connected or bool(text)) and computers.can_move)
        self._button.setToolTip(plain("" if computers.can_move else "Stop the run first."))
        # Not disabled: the focus would go to the button, which the same press of Enter would then press.
        self._address.setReadOnly(connected or not computers.can_move)

    @Slot()
    def _on_pressed(self) -> None:
        if self._computers.address:
            self._computers.return_here()
        else:
            self._connect_to()

    @Slot()
    def _connect_to(self) -> None:
        address = self._address.text().strip()
        if not address or self._address.isReadOnly():
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
            self._address.setText(computers.address)
        if computers.is_connecting:
            self._said.setText("Connecting …")
        else:
            self._said.setText(" ".join(computers.said) or computers.problem or HERE)
        self.refresh()

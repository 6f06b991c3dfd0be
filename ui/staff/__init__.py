"""The keeper's tablet: behind a door, and a stranger to the kiosk."""

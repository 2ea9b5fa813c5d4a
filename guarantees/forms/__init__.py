"""What the people of Net Desk may type."""

"""What other systems follow: the changes to what they may open."""

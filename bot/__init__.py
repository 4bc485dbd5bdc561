"""Hallmonitor: a comment goes from the connectors to the moderators, the policy, the queue, a decision and an action."""

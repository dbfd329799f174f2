"""What code keeps between its calls, and what it asks of the world."""

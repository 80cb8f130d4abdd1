"""Problems, models and plans, proven optimal."""

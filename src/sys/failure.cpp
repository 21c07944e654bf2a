// failure

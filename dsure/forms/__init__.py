"""What officers type and hand in, one file for each thing that it is about."""

"""What a metric is: definition files read, checked against the template, and kept. Pure but for the registry, which reads them once."""

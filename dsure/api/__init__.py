"""The API for other systems of an organisation, below /d-sure/api/v1/: by token, JSON in and out, OpenAPI 3.1."""

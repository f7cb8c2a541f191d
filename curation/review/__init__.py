"""The reviewer's page, and the record of what reviewers decided."""

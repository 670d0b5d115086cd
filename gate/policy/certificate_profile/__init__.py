"""Certificate profiles: what certificates of one product look like, field by field.

A profile is a file of a policy, `profiles/NAME.yaml`. What differs from it is told one by one.
"""

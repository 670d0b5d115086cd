"""Generated from protos/gate/conditions/v1: the facts, and the syntax trees of conditions."""

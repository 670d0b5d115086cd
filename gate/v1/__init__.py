"""Messages and stubs generated from protos/gate/v1 by `make proto`; seen by rpc and client only."""

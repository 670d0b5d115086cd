"""Made-up issuing CAs, keys and to-be-signed certificates: for tests of policies and the demo."""

"""Certificates, issuers and orders to try the gate with; nothing here signs for anybody."""

"""The home network: this machine's addresses in it, its certificates, a code to scan."""

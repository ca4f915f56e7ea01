"""The records in the DNS by which servers judge and deliver mail: SPF, DKIM, DMARC and their neighbours."""

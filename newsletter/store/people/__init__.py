"""What people may ask of us: consent and its proof, their data, to be forgotten, few mails."""

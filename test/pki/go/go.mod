module kubetls/test/pki

go 1.26

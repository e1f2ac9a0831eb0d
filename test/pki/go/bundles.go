package main

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"errors"
)

type bundleAnswer struct {
	// SHA-256 of the certificates that crypto/x509 AppendCertsFromPEM takes, in order.
	Taken []string `json:"taken"`
	// What the two readers that refuse a whole bundle have against it.
	ClientGo string `json:"clientGo"`
	Etcd     string `json:"etcd"`
}

// bundle reads a CA bundle as the three readers of Kubernetes and etcd do. The pool does not show what is in it, so
// what AppendCertsFromPEM takes is found by asking it about one block after the other.
func bundle(text string) bundleAnswer {
	data, _ := base64.StdEncoding.DecodeString(text)
	given := bundleAnswer{Taken: []string{}, ClientGo: message(clientGo(data)), Etcd: message(etcd(data))}
	seen := map[string]bool{}
	for rest := data; ; {
		var found *pem.Block
		found, rest = pem.Decode(rest)
		if found == nil {
			break
		}
		sum := sha256.Sum256(found.Bytes)
		name := hex.EncodeToString(sum[:])
		if !seen[name] && x509.NewCertPool().AppendCertsFromPEM(pem.EncodeToMemory(found)) {
			seen[name] = true
			given.Taken = append(given.Taken, name)
		}
	}
	if x509.NewCertPool().AppendCertsFromPEM(data) != (len(given.Taken) > 0) {
		panic("AppendCertsFromPEM does not read block by block")
	}
	return given
}

// clientGo follows k8s.io/client-go/util/cert ParseCertsPEM.
func clientGo(data []byte) error {
	taken := 0
	for {
		var found *pem.Block
		found, data = pem.Decode(data)
		if found == nil {
			break
		}
		if found.Type != "CERTIFICATE" || len(found.Headers) > 0 {
			continue
		}
		if _, err := x509.ParseCertificate(found.Bytes); err != nil {
			return err
		}
		taken++
	}
	if taken == 0 {
		return errors.New("no certificate")
	}
	return nil
}

// etcd follows go.etcd.io/etcd/client/pkg/v3/tlsutil NewCertPool, which asks for neither type nor headers.
func etcd(data []byte) error {
	for {
		var found *pem.Block
		found, data = pem.Decode(data)
		if found == nil {
			return nil
		}
		if _, err := x509.ParseCertificate(found.Bytes); err != nil {
			return err
		}
	}
}

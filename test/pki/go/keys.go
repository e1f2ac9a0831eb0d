package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
)

type pairQuestion struct {
	Certificate string `json:"certificate"`
	Key         string `json:"key"`
}

type pairAnswer struct {
	Error string `json:"error"`
	// SHA-256 of the certificates that are sent, leaf first.
	Sent []string `json:"sent"`
}

// pair loads a certificate and its key as every server and client of Kubernetes does.
func pair(asked pairQuestion) pairAnswer {
	certificate, _ := base64.StdEncoding.DecodeString(asked.Certificate)
	key, _ := base64.StdEncoding.DecodeString(asked.Key)
	loaded, err := tls.X509KeyPair(certificate, key)
	given := pairAnswer{Error: message(err), Sent: []string{}}
	for _, der := range loaded.Certificate {
		sum := sha256.Sum256(der)
		given.Sent = append(given.Sent, hex.EncodeToString(sum[:]))
	}
	return given
}

type keysAnswer struct {
	// SHA-256 of the SubjectPublicKeyInfo of the key that signs tokens; empty when there is none.
	Signing string `json:"signing"`
	// The same of each key that verifies them.
	Verifying []string `json:"verifying"`
}

// keys reads the keys of service account tokens as k8s.io/client-go/util/keyutil does: ParsePrivateKeyPEM, which goes by
// the type of a block, and ParsePublicKeysPEM, which does not.
func keys(text string) keysAnswer {
	data, _ := base64.StdEncoding.DecodeString(text)
	given := keysAnswer{Verifying: []string{}}
	for {
		var found *pem.Block
		found, data = pem.Decode(data)
		if found == nil {
			return given
		}
		if given.Signing == "" {
			given.Signing = identity(signing(found))
		}
		if name := identity(verifying(found.Bytes)); name != "" {
			given.Verifying = append(given.Verifying, name)
		}
	}
}

func signing(found *pem.Block) any {
	var key any
	var err error
	switch found.Type {
	case "EC PRIVATE KEY":
		key, err = x509.ParseECPrivateKey(found.Bytes)
	case "RSA PRIVATE KEY":
		key, err = x509.ParsePKCS1PrivateKey(found.Bytes)
	case "PRIVATE KEY":
		key, err = x509.ParsePKCS8PrivateKey(found.Bytes)
	}
	if signer, ok := key.(crypto.Signer); ok && err == nil {
		return signer.Public()
	}
	return nil
}

// verifying takes RSA keys as PKCS#1 and PKCS#8, but elliptic ones as SEC1 only.
func verifying(der []byte) any {
	if key, err := x509.ParsePKCS1PrivateKey(der); err == nil {
		return key.Public()
	}
	if key, err := x509.ParsePKCS8PrivateKey(der); err == nil {
		if key, ok := key.(*rsa.PrivateKey); ok {
			return key.Public()
		}
	}
	key, err := x509.ParsePKIXPublicKey(der)
	if err != nil {
		certificate, failed := x509.ParseCertificate(der)
		if failed == nil {
			key, err = certificate.PublicKey, nil
		}
	}
	switch key.(type) {
	case *rsa.PublicKey, *ecdsa.PublicKey:
		if err == nil {
			return key
		}
	}
	if key, err := x509.ParseECPrivateKey(der); err == nil {
		return key.Public()
	}
	return nil
}

func identity(key any) string {
	if key == nil {
		return ""
	}
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(der)
	return hex.EncodeToString(sum[:])
}

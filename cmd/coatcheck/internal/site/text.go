package site

import "github.com/coatcheck-go/session"

// translate returns text in language, as it is if there is no translation.
func translate(language, text string) string {
	if t, ok := texts[text][language]; ok {
		return t
	}
	return text
}

// texts are the short texts of the templates, by what they are in English. What
// explains the library isn't translated.
var texts = map[string]map[string]string{
	"A demo of Coatcheck, sessions for Go. There is no script on these pages.": {
		"de": "Eine Vorführung von Coatcheck, Sitzungen für Go. Auf diesen Seiten läuft kein Skript.",
		"fr": "Une démonstration de Coatcheck, des sessions pour Go. Ces pages n’ont aucun script.",
	},
	"As the device":                {"de": "Wie das Gerät", "fr": "Comme l’appareil"},
	"Attributes":                   {"de": "Attribute", "fr": "Attributs"},
	"Began":                        {"de": "Begonnen", "fr": "Début"},
	"Cart":                         {"de": "Warenkorb", "fr": "Panier"},
	"Change":                       {"de": "Ändern", "fr": "Modifier"},
	"Dark":                         {"de": "Dunkel", "fr": "Sombre"},
	"Devices":                      {"de": "Geräte", "fr": "Appareils"},
	"Empty the cart":               {"de": "Warenkorb leeren", "fr": "Vider le panier"},
	"Ends":                         {"de": "Endet", "fr": "Fin"},
	"From a program":               {"de": "Aus einem Programm", "fr": "Depuis un programme"},
	"Gloves":                       {"de": "Handschuhe", "fr": "Gants"},
	"Handle":                       {"de": "Kennung", "fr": "Identifiant"},
	"Hat":                          {"de": "Hut", "fr": "Chapeau"},
	"Home":                         {"de": "Start", "fr": "Accueil"},
	"How many":                     {"de": "Anzahl", "fr": "Nombre"},
	"Inside":                       {"de": "Innenleben", "fr": "Coulisses"},
	"Into the cart":                {"de": "In den Warenkorb", "fr": "Ajouter au panier"},
	"Invalid username or password": {"de": "Benutzername oder Passwort ist falsch", "fr": "Nom d’utilisateur ou mot de passe incorrect"},
	"Keep me signed in when the browser closes": {
		"de": "Angemeldet bleiben, wenn der Browser schließt",
		"fr": "Rester connecté quand le navigateur se ferme",
	},
	"Key":                                  {"de": "Schlüssel", "fr": "Clé"},
	"Language":                             {"de": "Sprache", "fr": "Langue"},
	"Last seen":                            {"de": "Zuletzt gesehen", "fr": "Vu en dernier"},
	"Light":                                {"de": "Hell", "fr": "Clair"},
	"Logged in as":                         {"de": "Angemeldet als", "fr": "Connecté en tant que"},
	"Pages":                                {"de": "Seiten", "fr": "Pages"},
	"Password":                             {"de": "Passwort", "fr": "Mot de passe"},
	"Preferences":                          {"de": "Einstellungen", "fr": "Préférences"},
	"Remove":                               {"de": "Entfernen", "fr": "Retirer"},
	"Save":                                 {"de": "Speichern", "fr": "Enregistrer"},
	"Scarf":                                {"de": "Schal", "fr": "Écharpe"},
	"Shop":                                 {"de": "Laden", "fr": "Boutique"},
	"Sign in":                              {"de": "Anmelden", "fr": "Se connecter"},
	"Sign in to see your devices.":         {"de": "Melde dich an, um deine Geräte zu sehen.", "fr": "Connectez-vous pour voir vos appareils."},
	"Sign out":                             {"de": "Abmelden", "fr": "Se déconnecter"},
	"Sign out all others":                  {"de": "Alle anderen abmelden", "fr": "Déconnecter tous les autres"},
	"Sign out everywhere":                  {"de": "Überall abmelden", "fr": "Se déconnecter partout"},
	"Subject":                              {"de": "Wer", "fr": "Qui"},
	"The code":                             {"de": "Der Code", "fr": "Le code"},
	"The session":                          {"de": "Die Sitzung", "fr": "La session"},
	"The store keeps":                      {"de": "Der Speicher behält", "fr": "Le serveur garde"},
	"Theme":                                {"de": "Farben", "fr": "Thème"},
	"There is no session.":                 {"de": "Es gibt keine Sitzung.", "fr": "Il n’y a pas de session."},
	"To the content":                       {"de": "Zum Inhalt", "fr": "Aller au contenu"},
	"Total":                                {"de": "Summe", "fr": "Total"},
	"Try a race by hand":                   {"de": "Einen Wettlauf von Hand versuchen", "fr": "Essayer une course à la main"},
	"Umbrella":                             {"de": "Regenschirm", "fr": "Parapluie"},
	"Username":                             {"de": "Benutzername", "fr": "Nom d’utilisateur"},
	"Value":                                {"de": "Wert", "fr": "Valeur"},
	"Values":                               {"de": "Werte", "fr": "Valeurs"},
	"What just happened":                   {"de": "Was eben geschah", "fr": "Ce qui vient de se passer"},
	"Where":                                {"de": "Wo", "fr": "Où"},
	"You are not logged in":                {"de": "Du bist nicht angemeldet", "fr": "Vous n’êtes pas connecté"},
	"Your browser carries":                 {"de": "Dein Browser trägt", "fr": "Votre navigateur porte"},
	"Your cart is empty.":                  {"de": "Dein Warenkorb ist leer.", "fr": "Votre panier est vide."},
	"Your devices":                         {"de": "Deine Geräte", "fr": "Vos appareils"},
	"Your preferences are in the session.": {"de": "Deine Einstellungen sind in der Sitzung.", "fr": "Vos préférences sont dans la session."},
	"if nobody comes back for":             {"de": "wenn niemand wiederkommt, in", "fr": "si personne ne revient, dans"},
	"nobody":                               {"de": "niemand", "fr": "personne"},
	"none":                                 {"de": "keine", "fr": "aucune"},
	"this device":                          {"de": "dieses Gerät", "fr": "cet appareil"},
}

// levelName is the class of a flash message in the style sheet.
func levelName(level session.FlashLevel) string {
	switch {
	case level >= session.Error:
		return "error"
	case level >= session.Warning:
		return "warning"
	case level >= session.Success:
		return "success"
	}
	return "info"
}

// A tab is one link of the navigation.
type tab struct {
	Path, Text string
	Here       bool
}

func newTab(p *page, name, path, text string) tab {
	return tab{Path: path, Text: p.T(text), Here: p.Name == name}
}

// changer

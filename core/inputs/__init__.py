"""What the model is given: levers and scenarios, the data set, what each figure of it rests on."""
